#!/usr/bin/env python3
"""Draws the street plan of the tests, streets.osm: a small invented town, nobody's real map.

    python3 tests/streets/make_streets.py > tests/streets/streets.osm

A grid of about 60 streets on both sides of a river that flows from west to east, joined by two
bridges; one-way streets in pairs, a dual carriageway, a roundabout, a dead end, a private road;
Eyot, an island whose three streets no bridge joins; Far Lane, a hamlet road 2 km off in the north,
joined by one track.  The same bytes at each run.  It lies in the Irish Sea, so that nobody takes it
for a real town.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import math

LAT, LON = 53.8, -5.0  # south-west corner of the grid
STEP = 110.0  # metres between parallel streets
COLUMNS, ROWS = 26, 26
RIVER = 13  # no street crosses between rows RIVER - 1 and RIVER but on a bridge
BRIDGES = (7, 19)  # columns

TREES = ("Alder Ash Aspen Beech Birch Blackthorn Box Cedar Cherry Chestnut Elder Elm Fir Hawthorn Hazel "
         "Holly Hornbeam Juniper Larch Lime Maple Medlar Oak Osier Pear Pine").split()
BIRDS = ("Avocet Bittern Bunting Coot Crake Curlew Dipper Dotterel Dunlin Finch Gadwall Goosander Grebe "
         "Heron Knot Lapwing Linnet Merlin Osprey Pipit Plover Rail Redstart Siskin Teal Wren").split()

nodes, ways = {}, []  # (x, y) in metres -> number; (points, tags)


def node(x, y):
    return nodes.setdefault((round(x, 1), round(y, 1)), len(nodes) + 1)


def street(points, name, highway="residential", **tags):
    ways.append(([node(*p) for p in points], {"highway": highway, "name": name, **tags}))


def corner(column, row):
    """A crossing of the grid, shifted a little so that no two blocks are alike."""
    shift = ((column * 7 + row * 13) % 11 - 5) * 3.0
    return column * STEP + shift, row * STEP - shift / 2


def across():
    for row in range(ROWS):
        points = [corner(column, row) for column in range(COLUMNS)]
        name = TREES[row] + " Street"
        if row == 6:
            street(points, "Mill Road", "primary", maxspeed="40 mph", ref="A999")
        elif row in (9, 17):
            street(points, name, oneway="yes")
        elif row in (10, 18):
            street(points[::-1], name, oneway="yes")
        elif row == 20:
            street(points[:12], name, maxspeed="20 mph")
            street(points[13:], "Upper " + name, maxspeed="20 mph")  # a gap: one block is a park
        else:
            street(points, name, maxspeed="30 mph")


def along():
    for column in range(COLUMNS):
        name = BIRDS[column] + " Lane"
        south = [corner(column, row) for row in range(RIVER)]
        north = [corner(column, row) for row in range(RIVER, ROWS)]
        if column in BRIDGES:
            kind = dict(highway="secondary", maxspeed="30 mph")
            street(south, name, **kind)
            street([south[-1], north[0]], BIRDS[column] + " Bridge", "secondary", maxspeed="20 mph", bridge="yes")
            street(north, name, **kind)
        elif column in (3, 12):
            street(south, name, oneway="yes")
            street(north, name, oneway="yes")
        elif column in (4, 13):
            street(south[::-1], name, oneway="yes")
            street(north[::-1], name, oneway="yes")
        else:
            street(south, name)
            street(north, "North " + name)


def bypass():
    """A dual carriageway along the eastern edge with a roundabout at its northern end."""
    east = (COLUMNS + 1) * STEP
    up = [(east, row * STEP) for row in range(0, ROWS, 5)]
    down = [(east + 25, y) for _, y in up][::-1]
    centre, around = (east + 12.5, ROWS * STEP + 60), []
    for k in range(12):
        angle = 2 * math.pi * k / 12  # clockwise: they drive on the left
        around.append((centre[0] + 30 * math.sin(angle), centre[1] + 30 * math.cos(angle)))
    street(around + around[:1], "Teasel Roundabout", "trunk", junction="roundabout", oneway="yes")
    street(up + [around[9]], "Town Bypass", "trunk", oneway="yes", maxspeed="60 mph")
    street([around[6]] + down, "Town Bypass", "trunk", oneway="yes", maxspeed="60 mph")
    street([down[-1], up[0]], "Town Bypass", "trunk", maxspeed="40 mph")
    street([corner(COLUMNS - 1, 0), up[0]], "Southgate", "secondary")
    street([around[0], corner(COLUMNS - 1, ROWS - 1)], "Northgate", "secondary")


def outskirts():
    street([corner(0, 3), (-180, 330), (-260, 400), (-300, 520)], "Quarry Close")  # a dead end
    street([corner(0, 8), (-150, 880)], "Works Access", "service", access="private")
    street([corner(14, ROWS - 1), (1500, 3300), (1450, 4000), (1480, 4700)], "Moor Track", "unclassified")
    street([(1480, 4700), (900, 4800), (300, 4750)], "Far Lane", "unclassified")


def eyot():
    """South of the town, in a lake: joined with nothing."""
    a, b, c = (600, -1500), (900, -1550), (760, -1750)
    street([a, b], "Eyot Strand")
    street([b, c], "Eyot Rise")
    street([c, a], "Eyot Walk")


def degrees(x, y):
    return LAT + y / 111250.0, LON + x / (111320.0 * math.cos(math.radians(LAT)))


def main():
    for draw in (across, along, bypass, outskirts, eyot):
        draw()
    print('<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="make_streets.py">')
    for (x, y), number in nodes.items():
        print('<node id="%d" version="1" lat="%.7f" lon="%.7f"/>' % (number, *degrees(x, y)))
    for number, (points, tags) in enumerate(ways, 1):
        print('<way id="%d" version="1">' % number)
        print("".join('<nd ref="%d"/>' % p for p in points))
        print("".join('<tag k="%s" v="%s"/>' % tag for tag in tags.items()) + "\n</way>")
    print("</osm>")


main()
