# embed.cmake -- where Leaflet is, and what io/map_assets.c must be built again for.
#
# Leaflet is embedded into the program and from there into map.html; it is never part of this source.
# SPDX-License-Identifier: GPL-3.0-or-later
find_path(LEAFLET_DIR leaflet.min.js PATHS /usr/share/javascript/leaflet NO_DEFAULT_PATH
          DOC "folder of leaflet.min.js and leaflet.css")
if(NOT LEAFLET_DIR OR NOT EXISTS "${LEAFLET_DIR}/leaflet.css")
  message(FATAL_ERROR "Leaflet not found (Debian: apt-get install libjs-leaflet), or set LEAFLET_DIR")
endif()
set(TR_MAP_ASSETS io/map_page.html io/map_page.css io/map_page.js)
list(TRANSFORM TR_MAP_ASSETS PREPEND "${CMAKE_SOURCE_DIR}/")
set_source_files_properties(io/map_assets.c PROPERTIES
  COMPILE_DEFINITIONS "TR_LEAFLET_DIR=\"${LEAFLET_DIR}\""
  OBJECT_DEPENDS "${TR_MAP_ASSETS};${LEAFLET_DIR}/leaflet.min.js;${LEAFLET_DIR}/leaflet.css")
