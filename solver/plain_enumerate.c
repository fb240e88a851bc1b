/* stub */
#include "plain.h"
bool tr_plain_enumerate(tr_plain_pricer *p, const tr_duals *duals, int64_t gap, int32_t most, tr_priced_sink *sink, void *context, int64_t *work)
{
    (void)p, (void)duals, (void)gap, (void)most, (void)sink, (void)context, (void)work;
    return false;
}
