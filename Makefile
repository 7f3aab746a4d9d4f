# casework. `make help` lists the targets; CONTRIBUTING.md says how the house is built.

VERSION = 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
B ?= build

CC ?= cc
CPPFLAGS += -D_GNU_SOURCE -DCASEWORK_VERSION='"$(VERSION)"' -Ilib -include lib/base/banned.h
CFLAGS ?= -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
LDFLAGS ?= -pie -Wl,-z,relro,-z,now
WARNINGS = -std=c17 -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wshadow -Wpointer-arith -Wwrite-strings -Werror
ALL_CFLAGS = $(WARNINGS) $(CPPFLAGS) $(CFLAGS)
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

LAYERS = tool act git config store rule model base
LIBS = -lsqlite3 -ljansson -lyajl -lnettle -lpcre2-8
GIT_LIBS = -lgit2

TOOLS_GIT = store-init store-backup store-restore case-why config-lint

# Every source, by layer; `make lint` compares the lists with the folders.
base = arena buf digest error folder frame hash json_check json_events json_read json_tree json_value json_write \
  number_map options process shared stream timestamp utf8 utf8_columns
model = case crm crm_address crm_kinds crm_link entitlement field field_read sla task
rule = analyse analyse_axis analyse_box analyse_cover analyse_expand analyse_judge analyse_values \
  analyse_witness calendar calendar_compile calendar_parse clock clock_compile entitle match_compare \
  match_compile match_eval match_operand match_path match_pattern pick priority reading shape table \
  table_compile table_index table_nearest workflow workflow_run
store = address_table agent_table assignment_table case_query case_table check_table crm_side crm_table \
  db_sqlite db_sqlite_rows db_sqlite_tools db_sqlite_turnstile deletion_table entitlement_table \
  household_table impact_table journal_table message_table milestone_table policy_table reject_table \
  row sla_table stage_error_table store task_table
config = assignment calendars case_type collect conditions file group kind lint lint_file lint_format lint_people \
  lint_table locate member place policy ref references schema settings source zone
git = commit copy create files repository staging
act = arrival assign assign_explain calendar_span capture check check_beside check_chain check_replay \
  check_rows comment context dispatch duplicate enrich entitled event_read explain_context founding \
  given impact impact_graph journal known levels messages offer prioritise records reference requester \
  resolve route routing running staff stage state task_change task_finish task_send_back trace \
  trace_phrase trace_tables trace_text trace_words trace_words_task units update waiting why why_write \
  work write_context
tool = actor batch capture_tool common_options complete deferred failures list list_text main manifest \
  operands pages pending places progress reader rejects stage_tool task_tool transaction
TOOLS = case-close case-comment case-enrich case-get case-intake case-list case-new case-pick case-resolve \
  case-route case-trace case-update case-why config-lint config-show crm-get crm-put reject-drop \
  reject-list sla-check sla-list store-backup store-check store-init store-restore task-claim \
  task-dispatch task-done task-get task-list task-update
UNIT = test_agent_table test_analyse test_analyse_random test_arena test_buf test_calendar \
  test_calendar_vectors test_case test_case_query test_case_table test_check_chain test_check_replay \
  test_check_table test_clock test_clock_definition test_clock_random test_crm test_crm_table test_db \
  test_deletion_table test_digest test_entitle test_entitle_random test_entitlement_table test_error \
  test_field test_folder test_impact test_impact_table test_journal_table test_json_read \
  test_json_tree test_json_write test_lint test_list test_match test_message_table test_number_map test_options \
  test_pick test_place test_places test_policy test_policy_table test_priority test_process \
  test_reject_table test_repository test_sla_table test_source test_store test_stream \
  test_stream_hostile test_table test_table_random test_task test_task_table test_timestamp test_utf8 \
  test_waiting test_workflow test_workflow_random test_zone

layer_objects = $($(1):%=$(B)/obj/$(1)/%.o)
ARCHIVES = $(LAYERS:%=$(B)/lib%.a)
BINARIES = $(TOOLS:%=$(B)/bin/%) $(B)/libexec/casework/policy-load

all: deps ## build every tool into build/bin
	@$(MAKE) -s $(JOBS) binaries
binaries: $(BINARIES) $(B)/share/casework

define layer
$(B)/lib$(1).a: $(call layer_objects,$(1))
	@rm -f $$@
	@$$(AR) rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer,$(l))))

$(B)/obj/%.o: lib/%.c
	@mkdir -p $(@D)
	@echo '  CC $<'
	@$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@
$(B)/obj/cmd/%.o: cmd/%.c
	@mkdir -p $(@D)
	@echo '  CC $<'
	@$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

# Linked with as little as each needs: start-up is most of what a single command costs.
$(TOOLS_GIT:%=$(B)/bin/%) $(B)/libexec/casework/policy-load: EXTRA_LIBS = $(GIT_LIBS)
$(B)/bin/%: $(B)/obj/cmd/%.o $(ARCHIVES)
	@mkdir -p $(@D)
	@echo '  LD $@'
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) -Wl,--as-needed $< $(ARCHIVES) $(LIBS) $(EXTRA_LIBS) -o $@
$(B)/libexec/casework/%: $(B)/obj/cmd/%.o $(ARCHIVES)
	@mkdir -p $(@D)
	@echo '  LD $@'
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) -Wl,--as-needed $< $(ARCHIVES) $(LIBS) $(EXTRA_LIBS) -o $@
$(B)/share/casework:
	@mkdir -p $(@D)
	ln -sfn $(CURDIR)/share $@
$(B)/tests/%: tests/unit/%.c $(ARCHIVES)
	@mkdir -p $(@D)
	@echo '  LD $@'
	@$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP -MF $@.d $(LDFLAGS) $< $(ARCHIVES) -lcmocka $(LIBS) $(GIT_LIBS) -lm -o $@
$(B)/tests/shim.so: tests/fault/shim.c
	@mkdir -p $(@D)
	@$(CC) $(WARNINGS) $(CPPFLAGS) -O2 -fPIC -shared $< -o $@
$(B)/tests/bench-%: tests/bench/%.c $(ARCHIVES)
	@mkdir -p $(@D)
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) $< $(ARCHIVES) $(LIBS) -o $@
LEAST = least least_cases least_records
$(B)/tests/least: $(LEAST:%=tests/bench/%.c) tests/bench/least.h
	@mkdir -p $(@D)
	@$(CC) $(WARNINGS) $(CPPFLAGS) -O2 $(filter %.c,$^) -lsqlite3 -lyajl -o $@
-include $(wildcard $(B)/obj/*/*.d $(B)/tests/*.d)

units: $(UNIT:%=$(B)/tests/%)

JOBS = -j$(shell nproc)
check: DEPS_FOR = check
check: deps ## build everything, run every test, end on one line of counts
	$(MAKE) -s $(JOBS) binaries $(B)/tests/shim.so
	$(MAKE) -s $(JOBS) B=build/san CFLAGS='$(SANITIZE)' LDFLAGS= binaries units
	tests/run

demo: deps ## run the main job in a temporary folder and show what came of it
	@$(MAKE) -s $(JOBS) binaries
	@PATH="$(CURDIR)/$(B)/bin:$$PATH" share/demo/run

bench: deps ## time the tools beside the least programs that do such work
	$(MAKE) binaries
	tests/bench/run

lint: DEPS_FOR = lint
lint: deps ## layers, headers alone, banned functions, format, tidy, cppcheck, shellcheck, mandoc
	tests/lint

deps: ## install what is missing (DEPS=no skips)
	@tests/deps $(DEPS_FOR)

install: binaries ## install under PREFIX (and DESTDIR)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec/casework $(DESTDIR)$(PREFIX)/share/casework \
	  $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/man/man7 \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 $(TOOLS:%=$(B)/bin/%) $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(B)/libexec/casework/policy-load $(DESTDIR)$(PREFIX)/libexec/casework
	cp -R share/sql share/starter share/demo share/hooks $(DESTDIR)$(PREFIX)/share/casework
	install -m 644 share/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 share/man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 share/man/*.7 $(DESTDIR)$(PREFIX)/share/man/man7
	install -m 644 completions/casework.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/casework
	for t in $(TOOLS); do ln -sf casework $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$t; done
	install -m 644 completions/casework.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_casework
	install -m 644 completions/casework.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/casework.fish
	for t in $(TOOLS); do ln -sf casework.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/$$t.fish; done

list-%:
	@echo $($*)

clean: ## remove what was built
	rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

.SECONDARY:
.PHONY: all binaries units check demo bench lint deps install clean help
