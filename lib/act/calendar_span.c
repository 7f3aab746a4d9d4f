#include "act/calendar_span.h"

int calendar_ask(struct policy *p, const char *name, usec from, usec to, calendar_question *ask,
                 void *context, struct error *err)
{
    usec first = from < to ? from : to, last = from < to ? to : from; /* what opens later starts behind now */

    for (int years = 1; years <= 64; years *= 4) {
        const struct calendar *calendar;
        struct error beyond;
        usec margin = years * (366 * USEC_DAY);
        int rc = policy_calendar(p, name, first - margin, last + margin, &calendar, err);

        if (rc != 0)
            return rc;
        error_init(&beyond);
        rc = ask(context, calendar, &beyond);
        if (rc != CODE_LIMIT)
            return error_copy(err, &beyond);
    }
    return error_set(err, CODE_POLICY, NULL, "calendar %s has too little working time in 64 years",
                     name ? name : "always");
}
