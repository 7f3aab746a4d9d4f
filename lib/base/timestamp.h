/*
 * Time: integer microseconds since 1970-01-01T00:00:00Z (POSIX, no leap seconds), printed as RFC 3339 with
 * always six digits and Z, so that text sorts; durations as ISO 8601 (PnW, PnDTnHnMnS; weeks and days are
 * 7*24 h and 24 h; no years or months, whose length is not fixed; a fraction only in seconds, up to six
 * digits).
 */
#ifndef CASEWORK_BASE_TIMESTAMP_H
#define CASEWORK_BASE_TIMESTAMP_H

#include <stddef.h>
#include <stdint.h>

typedef int64_t usec;

#define TIME_NONE   INT64_MIN /* no time; also "no duration" */
#define USEC_SECOND INT64_C(1000000)
#define USEC_MINUTE (60 * USEC_SECOND)
#define USEC_HOUR   (60 * USEC_MINUTE)
#define USEC_DAY    (24 * USEC_HOUR)
#define TIME_TEXT   28 /* bytes for "2026-03-01T09:12:44.120031Z" and NUL */

usec time_now(void); /* the real clock */

/* RFC 3339 date-time with Z or an offset, years 0000-9999, second 60 read as the next second's start; also
 * lower-case t and z, a space for T. 0, or -1 when the text is none. */
int time_parse(const char *text, size_t n, usec *at);
void time_format(usec at, char text[TIME_TEXT]);

int duration_parse(const char *text, size_t n, usec *duration); /* 0 or -1; negative durations are none */
void duration_format(usec duration, char text[48]);             /* PT0S for 0; a leading '-' when negative */

/* Days since 1970-01-01 of a proleptic Gregorian date, and back (H. Hinnant, "chrono-compatible low-level
 * date algorithms"). month 1-12. */
int64_t days_from_civil(int64_t year, unsigned month, unsigned day);
void civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day);

#endif
