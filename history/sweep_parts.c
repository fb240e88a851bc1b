/* sweep_parts.c -- see sweep_parts.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *tr_number_json(double x)
{
    char ten[40];
    if (!isfinite(x)) return json_null();
    snprintf(ten, sizeof ten, "%.10g", x);
    return json_real(strtod(ten, NULL));
}

void tr_number_csv(FILE *out, double x)
{
    if (isfinite(x)) fprintf(out, ",%.10g", x);
    else fputc(',', out);
}

const char *tr_load_name(const tr_sweep_load *l, tr_arena *arena)
{
    return l->kind == TR_LOAD_SATURATED ? "saturated" : l->kind == TR_LOAD_RECORD ? "record" : tr_arena_printf(arena, "%d%%", l->percent);
}

void tr_pad_open(tr_pad *p) /* the stream keeps pointers into it */
{
    p->out = open_memstream(&p->text, &p->length);
}

const char *tr_pad_close(tr_pad *p, tr_arena *arena)
{
    fclose(p->out);
    const char *text = tr_arena_strndup(arena, p->text, p->length);
    free(p->text);
    return text;
}

void tr_text_csv(FILE *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fprintf(out, ",%s", text);
        return;
    }
    fputs(",\"", out);
    for (; *text; text++) fprintf(out, *text == '"' ? "\"%c" : "%c", *text);
    fputc('"', out);
}

void tr_arm_csv(FILE *out, const tr_sweep *w, int32_t load, int32_t arm, tr_arena *arena)
{
    const tr_arm *a = &w->arms->arms[arm];
    fprintf(out, "%s,%s", tr_load_name(&w->loads[load], arena), tr_dispatch_names[a->rule]);
    tr_text_csv(out, w->arms->fleets[a->fleet]);
}
