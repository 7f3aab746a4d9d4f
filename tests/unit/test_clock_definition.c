#include "clock_support.h"

static void definition_is_read(void **state)
{
    struct fixture f;

    (void)state;
    setup(&f, GOLD, ALWAYS);
    assert_string_equal(f.definition->name, "gold");
    assert_int_equal(f.definition->type, 1);
    assert_true(f.definition->target == 4 * USEC_HOUR);
    assert_int_equal(f.definition->pause.state, STATE_AWAITING_INFO);
    assert_string_equal(f.definition->stop.milestone, "live");
    assert_int_equal(f.definition->warn_count, 2);
    assert_int_equal(f.definition->on_breach_count, 2);
    assert_string_equal(f.definition->on_breach[1].kind, "escalate");
    assert_string_equal(f.definition->on_breach[1].target, "major");
    teardown(&f);
}

static void refused(const char *text, enum code code, const char *pointer)
{
    json_t *json = tree(text);
    struct arena arena = ARENA_INIT;
    struct clock_definition *d;
    struct error err;

    error_init(&err);
    expect_error(clock_compile("x", json, &arena, &d, &err), &err, code, pointer);
    assert_null(d);
    arena_release(&arena);
    json_decref(json);
}

#define BASE "'type':'SLA','target':'PT1H'"

static void errors_point_into_the_file(void **state)
{
    (void)state;
    refused("{'target':'PT1H'}", CODE_REQUIRED, "/type");
    refused("{'type':'XLA','target':'PT1H'}", CODE_INVALID, "/type");
    refused("{'type':'SLA'}", CODE_REQUIRED, "/target");
    refused("{'type':'SLA','target':'4h'}", CODE_INVALID, "/target");
    refused("{'type':'SLA','target':'PT0S'}", CODE_INVALID, "/target");
    refused("{'type':'SLA','target':'P99999D'}", CODE_LIMIT, "/target");
    refused("{'type':'SLA','target':{'due':'x'}}", CODE_NOT_SUPPORTED, "/target");
    refused("{" BASE ",'applies_to':'task'}", CODE_NOT_SUPPORTED, "/applies_to");
    refused("{" BASE ",'applies_to':'account'}", CODE_INVALID, "/applies_to");
    refused("{" BASE ",'retroactive':true}", CODE_NOT_SUPPORTED, "/retroactive");
    refused("{" BASE ",'colour':1}", CODE_UNKNOWN_MEMBER, "/colour");
    refused("{" BASE ",'when':{'a':{'$foo':1}}}", CODE_INVALID, "/when/a/$foo");
    refused("{" BASE ",'start':{}}", CODE_REQUIRED, "/start/at");
    refused("{" BASE ",'start':{'at':'born_at'}}", CODE_INVALID, "/start/at");
    refused("{" BASE ",'start':{'at':'priority'}}", CODE_INVALID, "/start/at");
    refused("{" BASE ",'start':{'task':'x'}}", CODE_NOT_SUPPORTED, "/start/task");
    refused("{" BASE ",'pause':{}}", CODE_INVALID, "/pause");
    refused("{" BASE ",'pause':{'state':'asleep'}}", CODE_INVALID, "/pause/state");
    refused("{" BASE ",'pause':{'blocked_by':'customer'}}", CODE_NOT_SUPPORTED, "/pause/blocked_by");
    refused("{" BASE ",'stop':{'state':'resolved','task':'x'}}", CODE_INVALID, "/stop");
    refused("{" BASE ",'stop':{'field':'colour'}}", CODE_INVALID, "/stop/field");
    refused("{" BASE ",'stop':{'event':'x'}}", CODE_UNKNOWN_MEMBER, "/stop/event");
    refused("{" BASE ",'warn':[50,50]}", CODE_INVALID, "/warn/1");
    refused("{" BASE ",'warn':[50,100]}", CODE_INVALID, "/warn/1");
    refused("{" BASE ",'warn':[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}", CODE_LIMIT, "/warn");
    refused("{" BASE ",'on_breach':[{'notify':''}]}", CODE_INVALID, "/on_breach/0/notify");
    refused("{" BASE ",'on_breach':[{'notify':'a','escalate':'b'}]}", CODE_INVALID, "/on_breach/0");
    refused("{" BASE ",'on_breach':[{'shout':'a'}]}", CODE_UNKNOWN_MEMBER, "/on_breach/0/shout");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(definition_is_read),
        cmocka_unit_test(errors_point_into_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
