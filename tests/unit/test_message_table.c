#include "store_support.h"

#include "store/journal_table.h"
#include "store/message_table.h"

static struct message new_message(struct fixture *f)
{
    struct event e = {.subject = "CS0001001",
                      .seq = 1,
                      .type = "case.created",
                      .at = NOW,
                      .actor = "m",
                      .body = "{}",
                      .body_length = 2};

    stored_case(f, 1);
    OK(event_insert(f->db, &e, &f->err));
    return (struct message){.event_id = e.id,
                            .case_id = 1,
                            .template_name = "received",
                            .recipient = "contact:jo",
                            .config = "9f2c",
                            .state = "queued",
                            .created_at = NOW};
}

static void a_message_is_queued_once_for_an_event(void **state)
{
    struct fixture *f = *state;
    struct message m = new_message(f), again = m;

    OK(message_insert(f->db, &m, &f->err));
    assert_true(m.id > 0);
    OK(message_insert(f->db, &again, &f->err));
    assert_int_equal(again.id, 0);
    again.recipient = "group:noc";
    OK(message_insert(f->db, &again, &f->err));
    assert_true(again.id > m.id);
}

static void the_messages_of_a_case_come_back_in_order(void **state)
{
    struct fixture *f = *state;
    struct message m = new_message(f), *list;
    size_t count;

    OK(message_insert(f->db, &m, &f->err));
    m.template_name = "resolved";
    m.config = NULL;
    OK(message_insert(f->db, &m, &f->err));
    OK(message_of_case(f->db, 1, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 2);
    assert_string_equal(list[0].template_name, "received");
    assert_string_equal(list[0].recipient, "contact:jo");
    assert_string_equal(list[0].config, "9f2c");
    assert_string_equal(list[0].state, "queued");
    assert_int_equal(list[0].created_at, NOW);
    assert_string_equal(list[1].template_name, "resolved");
    assert_null(list[1].config);
    OK(message_of_case(f->db, 2, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 0);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_message_is_queued_once_for_an_event),
        WITH_STORE(the_messages_of_a_case_come_back_in_order),
    };

    return cmocka_run_group_tests_name("message_table", tests, NULL, NULL);
}
