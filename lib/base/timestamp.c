#include "base/timestamp.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#define FIRST_TIME (-719528 * USEC_DAY)     /* 0000-01-01T00:00:00.000000Z */
#define LAST_TIME  (2932897 * USEC_DAY - 1) /* 9999-12-31T23:59:59.999999Z */

usec time_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (usec)now.tv_sec * USEC_SECOND + now.tv_nsec / 1000;
}

/* The algorithms count years from March, so that the leap day comes last, in eras of 400 years (146097 days).
 */
int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    unsigned year_of_era = (unsigned)(y - era * 400);
    unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

void civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    unsigned day_of_era = (unsigned)(z - era * 146097);
    unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned month_from_march = (5 * day_of_year + 2) / 153;

    *day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    *month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The value of exactly `count` digits, or -1. */
static int number(const char *s, int count)
{
    int value = 0;

    for (int i = 0; i < count; i++) {
        if (!is_digit(s[i]))
            return -1;
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

static int days_of_month(int year, int month)
{
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
        return 29;
    return days[month - 1];
}

/* "2026-03-01" */
static int parse_date(const char *s, usec *at)
{
    int year = number(s, 4);
    int month = number(s + 5, 2);
    int day = number(s + 8, 2);

    if (year < 0 || s[4] != '-' || month < 1 || month > 12 || s[7] != '-')
        return -1;
    if (day < 1 || day > days_of_month(year, month))
        return -1;
    *at = days_from_civil(year, (unsigned)month, (unsigned)day) * USEC_DAY;
    return 0;
}

/* "09:12:44"; a leap second is told by *leap. */
static int parse_clock(const char *s, usec *at, bool *leap)
{
    int hour = number(s, 2);
    int minute = number(s + 3, 2);
    int second = number(s + 6, 2);

    if (hour < 0 || hour > 23 || s[2] != ':' || minute < 0 || minute > 59 || s[5] != ':')
        return -1;
    if (second < 0 || second > 60)
        return -1;
    *leap = second == 60;
    *at = hour * USEC_HOUR + minute * USEC_MINUTE + second * USEC_SECOND;
    return 0;
}

/* Reads the digits of a fraction of a second; what is below a microsecond is dropped. Returns their count. */
static size_t parse_fraction(const char *s, size_t n, usec *fraction)
{
    usec unit = USEC_SECOND / 10;
    size_t i = 0;

    *fraction = 0;
    for (; i < n && is_digit(s[i]); i++) {
        *fraction += (s[i] - '0') * unit;
        unit /= 10;
    }
    return i;
}

/* "Z", "+01:00": what to take off the local time. */
static int parse_zone(const char *s, size_t n, usec *offset)
{
    int hour;
    int minute;

    *offset = 0;
    if (n == 1 && (s[0] == 'Z' || s[0] == 'z'))
        return 0;
    if (n != 6 || (s[0] != '+' && s[0] != '-') || s[3] != ':')
        return -1;
    hour = number(s + 1, 2);
    minute = number(s + 4, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return -1;
    *offset = (s[0] == '-' ? -1 : 1) * (hour * USEC_HOUR + minute * USEC_MINUTE);
    return 0;
}

int time_parse(const char *text, size_t n, usec *at)
{
    usec date;
    usec clock;
    usec offset;
    usec fraction = 0;
    size_t end = 19;
    bool leap;

    if (n < 20 || parse_date(text, &date) < 0 || parse_clock(text + 11, &clock, &leap) < 0)
        return -1;
    if (text[10] != 'T' && text[10] != 't' && text[10] != ' ')
        return -1;
    if (text[end] == '.') {
        size_t digits = parse_fraction(text + end + 1, n - end - 1, &fraction);

        if (digits == 0)
            return -1;
        end += 1 + digits;
    }
    if (parse_zone(text + end, n - end, &offset) < 0)
        return -1;
    date += clock + (leap ? 0 : fraction) - offset;
    if (date < FIRST_TIME || date > LAST_TIME) /* its text in UTC would not sort */
        return -1;
    *at = date;
    return 0;
}

static void put_digits(char *to, int count, unsigned value)
{
    while (count-- > 0) {
        to[count] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* A time outside the years 0000-9999 shows as the nearest that has a text. */
void time_format(usec at, char text[TIME_TEXT])
{
    usec time = at < FIRST_TIME ? FIRST_TIME : at > LAST_TIME ? LAST_TIME : at;
    usec since_first = time - FIRST_TIME;
    uint64_t in_day = (uint64_t)(since_first % USEC_DAY);
    unsigned second = (unsigned)(in_day / USEC_SECOND);
    int64_t year;
    unsigned month;
    unsigned day;

    civil_from_days(since_first / USEC_DAY + FIRST_TIME / USEC_DAY, &year, &month, &day);
    memcpy(text, "0000-00-00T00:00:00.000000Z", TIME_TEXT);
    put_digits(text, 4, (unsigned)year);
    put_digits(text + 5, 2, month);
    put_digits(text + 8, 2, day);
    put_digits(text + 11, 2, second / 3600);
    put_digits(text + 14, 2, second / 60 % 60);
    put_digits(text + 17, 2, second % 60);
    put_digits(text + 20, 6, (unsigned)(in_day % USEC_SECOND));
}

/* A number and its unit: "30M", "4.5S". */
struct part {
    int64_t value;
    usec fraction; /* of a second */
    char unit;
};

static int parse_part(const char **s, const char *end, struct part *part)
{
    const char *p = *s;
    bool has_fraction = false;

    *part = (struct part){0};
    for (; p < end && is_digit(*p); p++)
        if (__builtin_mul_overflow(part->value, 10, &part->value) ||
            __builtin_add_overflow(part->value, *p - '0', &part->value))
            return -1;
    if (p == *s)
        return -1;
    if (p < end && *p == '.') {
        size_t digits = parse_fraction(p + 1, (size_t)(end - p - 1), &part->fraction);

        if (digits == 0 || digits > 6)
            return -1;
        has_fraction = true;
        p += 1 + digits;
    }
    if (p == end)
        return -1;
    part->unit = *p++;
    *s = p;
    return has_fraction && part->unit != 'S' ? -1 : 0;
}

/* The order in which units may follow each other, and their lengths. M is minutes: it is no unit before T. */
static const struct unit {
    char letter;
    bool in_time;
    usec length;
} units[] = {
    {'W', false, 7 * USEC_DAY}, {'D', false, USEC_DAY},   {'H', true, USEC_HOUR},
    {'M', true, USEC_MINUTE},   {'S', true, USEC_SECOND},
};
#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

/* Adds a part to the total; *next is the first unit that may still come. */
static int add_part(const struct part *part, bool in_time, size_t *next, usec *total)
{
    usec length;

    for (size_t i = *next; i < UNIT_COUNT; i++) {
        if (units[i].letter != part->unit || units[i].in_time != in_time)
            continue;
        *next = part->unit == 'W' ? UNIT_COUNT : i + 1; /* weeks stand alone */
        if (__builtin_mul_overflow(part->value, units[i].length, &length) ||
            __builtin_add_overflow(*total, length, total) ||
            __builtin_add_overflow(*total, part->fraction, total))
            return -1;
        return 0;
    }
    return -1;
}

int duration_parse(const char *text, size_t n, usec *duration)
{
    const char *p = text;
    const char *end = text + n;
    usec total = 0;
    size_t next = 0;
    bool in_time = false;
    struct part part;

    if (n < 3 || *p++ != 'P')
        return -1;
    while (p < end) {
        if (*p == 'T' && !in_time) {
            in_time = true;
            p++; /* a part must follow: the next turn fails on the end */
        }
        if (parse_part(&p, end, &part) < 0 || add_part(&part, in_time, &next, &total) < 0)
            return -1;
    }
    *duration = total;
    return 0;
}

/* "5D"; nothing when the value is 0. */
static char *put_part(char *to, uint64_t value, char unit)
{
    char digits[20];
    size_t n = 0;

    if (value == 0)
        return to;
    for (; value > 0; value /= 10)
        digits[n++] = (char)('0' + value % 10);
    while (n > 0)
        *to++ = digits[--n];
    *to++ = unit;
    return to;
}

static char *put_seconds(char *to, unsigned seconds, unsigned fraction)
{
    if (fraction == 0)
        return put_part(to, seconds, 'S');
    if (seconds >= 10)
        *to++ = (char)('0' + seconds / 10);
    *to++ = (char)('0' + seconds % 10);
    *to++ = '.';
    put_digits(to, 6, fraction);
    to += 6;
    while (to[-1] == '0')
        to--;
    *to++ = 'S';
    return to;
}

void duration_format(usec duration, char text[48])
{
    uint64_t rest = duration < 0 ? 0 - (uint64_t)duration : (uint64_t)duration;
    uint64_t in_day = rest % USEC_DAY;
    char *to = text;

    if (duration < 0)
        *to++ = '-';
    *to++ = 'P';
    to = put_part(to, rest / USEC_DAY, 'D');
    if (in_day > 0) {
        *to++ = 'T';
        to = put_part(to, in_day / USEC_HOUR, 'H');
        to = put_part(to, in_day / USEC_MINUTE % 60, 'M');
        to = put_seconds(to, (unsigned)(in_day / USEC_SECOND % 60), (unsigned)(in_day % USEC_SECOND));
    } else if (rest == 0) {
        memcpy(to, "T0S", 3);
        to += 3;
    }
    *to = '\0';
}
