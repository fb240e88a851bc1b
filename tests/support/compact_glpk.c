/* compact_glpk.c -- see compact_glpk.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compact_glpk.h"
#include "compact.h"

#include <glpk.h>
#include <math.h>

typedef struct {
    int nodes, most;
} limit;

static void count_nodes(glp_tree *tree, void *info)
{
    limit *l = info;
    if (glp_ios_reason(tree) == GLP_ISELECT && ++l->nodes > l->most) glp_ios_terminate(tree);
}

static bool minimise(const tr_problem *problem, int level, const tr_goal *held, int nodes, int64_t *value)
{
    glp_prob *lp = tr_compact_new(problem, level, held);
    glp_iocp parm;
    limit most = {0, nodes};
    glp_init_iocp(&parm);
    parm.msg_lev = GLP_MSG_OFF;
    parm.presolve = GLP_ON;
    parm.tol_int = 1e-6;
    parm.gmi_cuts = GLP_ON;
    parm.cb_func = count_nodes;
    parm.cb_info = &most;
    bool solved = !glp_intopt(lp, &parm) && glp_mip_status(lp) == GLP_OPT;
    *value = (int64_t)round(glp_mip_obj_val(lp));
    glp_delete_prob(lp);
    return solved;
}

bool tr_compact_glpk(const tr_problem *problem, int nodes, tr_goal *goal)
{
    int terminal = glp_term_out(GLP_OFF);
    bool solved = minimise(problem, 1, goal, nodes, &goal->hazard_left) &&
                  minimise(problem, 2, goal, nodes, &goal->due_left) &&
                  minimise(problem, 3, goal, nodes, &goal->cost_pence);
    glp_term_out(terminal);
    return solved;
}
