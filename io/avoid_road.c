/* avoid_road.c -- how near a road comes to a place: distances between broken lines on a plane.
 *
 * The plane touches the ellipsoid at the place's first point: a degree is as many metres as it is there.  Away
 * from it only east-west lengths go wrong, by tan(latitude) x distance / earth's radius.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "avoid.h"

#include <math.h>

typedef struct {
    double x, y; /* metres east and north */
} point;

typedef struct {
    double lon, lat, east_m, north_m; /* the point that touches, and a degree in metres there */
} plane;

/* Radii of curvature of WGS 84: of the meridian M, and N across it. */
static plane plane_at(double lon, double lat)
{
    const double rad = 3.14159265358979323846 / 180, a = 6378137, f = 1 / 298.257223563, e2 = f * (2 - f);
    double s = sin(lat * rad), w = sqrt(1 - e2 * s * s);
    return (plane){lon, lat, a / w * cos(lat * rad) * rad, a * (1 - e2) / (w * w * w) * rad};
}

static point on_plane(const plane *p, const double *lon_lat)
{
    return (point){(lon_lat[0] - p->lon) * p->east_m, (lon_lat[1] - p->lat) * p->north_m};
}

static double clamp(double share)
{
    return share < 0 ? 0 : share > 1 ? 1 : share;
}

/* Distance from p to the segment ab; *share of ab at its foot. */
static double to_segment(point p, point a, point b, double *share)
{
    double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
    *share = square > 0 ? clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / square) : 0;
    return hypot(p.x - a.x - *share * dx, p.y - a.y - *share * dy);
}

static bool cross(point a, point b, point c, point d, double *share)
{
    double abx = b.x - a.x, aby = b.y - a.y, cdx = d.x - c.x, cdy = d.y - c.y, area = abx * cdy - aby * cdx;
    if (area == 0) return false; /* parallel: an end is nearest */
    double t = ((c.x - a.x) * cdy - (c.y - a.y) * cdx) / area,
           u = ((c.x - a.x) * aby - (c.y - a.y) * abx) / area;
    *share = t;
    return t >= 0 && t <= 1 && u >= 0 && u <= 1;
}

/* Distance between the segments ab and cd; *share of ab where they are nearest. */
static double between(point a, point b, point c, point d, double *share)
{
    double unused, at;
    if (cross(a, b, c, d, share)) return 0;
    double best = to_segment(c, a, b, share), other = to_segment(d, a, b, &at);
    if (other < best) best = other, *share = at;
    if ((other = to_segment(a, c, d, &unused)) < best) best = other, *share = 0;
    if ((other = to_segment(b, c, d, &unused)) < best) best = other, *share = 1;
    return best;
}

bool tr_avoid_near(const tr_avoid *place, int32_t n, const double *lon_lat, tr_near *near)
{
    if (place->n_points < 1 || n < 1) return false;
    const plane p = plane_at(place->lon_lat[0], place->lon_lat[1]);
    double length = 0, best = HUGE_VAL, best_length = 0;
    for (int32_t i = 0; i < (n > 1 ? n - 1 : 1); i++) {
        const double *from = &lon_lat[2 * i], *to = n > 1 ? from + 2 : from;
        point a = on_plane(&p, from), b = on_plane(&p, to);
        double part = hypot(b.x - a.x, b.y - a.y);
        for (int32_t k = 0; k < (place->n_points > 1 ? place->n_points - 1 : 1); k++) {
            const double *start = &place->lon_lat[2 * k], *end = place->n_points > 1 ? start + 2 : start;
            double share, metres = between(a, b, on_plane(&p, start), on_plane(&p, end), &share);
            if (metres >= best) continue;
            best = metres;
            best_length = length + share * part;
            near->lon = from[0] + share * (to[0] - from[0]);
            near->lat = from[1] + share * (to[1] - from[1]);
        }
        length += part;
    }
    near->metres = best;
    near->share = length > 0 ? best_length / length : 0;
    return best <= place->radius_m;
}
