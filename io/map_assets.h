/* map_assets.h -- texts that map.html is put together from, embedded at build time.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_MAP_ASSETS_H
#define TR_MAP_ASSETS_H

extern const char tr_map_page_html[], tr_map_page_css[], tr_map_page_js[];
extern const char tr_leaflet_js[], tr_leaflet_css[];

#endif
