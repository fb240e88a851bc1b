/* map_assets.c -- the map page's template, style and script, and Leaflet, as bytes inside the program.
 *
 * The assembler copies the files in as they stand (.incbin); ours are found through the include path,
 * Leaflet (Debian: libjs-leaflet) where cmake/embed.cmake found it.  Each ends with a NUL.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "map_assets.h"

#ifndef TR_LEAFLET_DIR
#define TR_LEAFLET_DIR "/usr/share/javascript/leaflet"
#endif

#define EMBED(name, file)                                                                                    \
    __asm__(".section .rodata\n.global " #name "\n.type " #name ", %object\n" #name ":\n.incbin \"" file     \
            "\"\n.byte 0\n.size " #name ", . - " #name "\n.previous\n")

EMBED(tr_map_page_html, "map_page.html");
EMBED(tr_map_page_css, "map_page.css");
EMBED(tr_map_page_js, "map_page.js");
EMBED(tr_leaflet_js, TR_LEAFLET_DIR "/leaflet.min.js");
EMBED(tr_leaflet_css, TR_LEAFLET_DIR "/leaflet.css");
