#!/usr/bin/env bats
# store-init, store-check, store-backup, store-restore.

load helper

more_setup_file() {
	head -n 60 <("${demo:?}/make-requests.sh") | jq -cR 'fromjson? | objects' >"$HOME/requests"
	case-intake -q -r "$HOME/rejects" <"$HOME/requests" >"$HOME/cases" || [ $? -eq 65 ]
}

# tamper SQL: changes rows behind the tools' back, as an intruder would.
tamper() {
	sqlite3 "$CASEWORK_STORE" "$1"
}

# finds CODE [SUBJECT [SEQ]]: store-check says so, and exits 65.
finds() {
	expect_status 65 store-check
	jq -se --arg code "$1" --arg subject "${2:-}" --argjson seq "${3:-0}" 'any(.[];
		.code == $code and ($subject == "" or .subject == $subject) and ($seq == 0 or .seq == $seq))' out >found && return
	echo "no finding $*:"
	head -c 2000 out
	return 1
}

# elsewhere NAME: where there is no store yet.
elsewhere() {
	export CASEWORK_STORE=$PWD/$1/store.db CASEWORK_CONFIG=$PWD/$1/config
}

@test "store-init makes folder, store and config repository, for their owner alone" {
	elsewhere deep/er
	unset CASEWORK_NOW
	expect_status 0 store-init
	shows '[.store, .config, .ref, .simulation]' "[\"$CASEWORK_STORE\", \"$CASEWORK_CONFIG\", \"refs/heads/main\", false]"
	[ "$(jq -r .commit out)" = "$(git -C "$CASEWORK_CONFIG" rev-parse refs/heads/main)" ]
	[ "$(stat -c %a deep deep/er deep/er/store.db | paste -sd ' ')" = "700 700 600" ]
	[ "$(ls -A deep/er | paste -sd ' ')" = "config store.db" ]
	expect_status 0 store-check
	nothing_in out
}

@test "the config repository lies beside the store when none is named" {
	elsewhere a
	unset CASEWORK_CONFIG
	expect_status 0 store-init --simulation
	[ -d a/config/.git ]
}

@test "store-init never overwrites a store" {
	before=$(sha256sum <"$CASEWORK_STORE")
	expect_status 69 store-init --simulation
	tells "exists already"
	[ "$before" = "$(sha256sum <"$CASEWORK_STORE")" ]
}

@test "store-init takes a repository that is there, and leaves it as it is" {
	head=$(git -C "$CASEWORK_CONFIG" rev-parse HEAD)
	CASEWORK_STORE=$PWD/second.db expect_status 0 store-init --simulation
	shows '.commit' "\"$head\""
	[ "$(git -C "$CASEWORK_CONFIG" rev-list --all --count)" -eq 1 ]
}

@test "store-init refuses a folder that is no repository, and a policy that does not load, and leaves nothing" {
	mkdir -p a/config
	elsewhere a
	echo mine >a/config/mine
	expect_status 69 store-init --simulation
	[ "$(ls -A a | paste -sd ' ')" = config ]
	elsewhere b
	export CASEWORK_CONFIG=$BATS_TEST_TMPDIR/store/config
	policy casework.json '{"format": 99}'
	expect_status 78 store-init --simulation
	[ -z "$(ls -A b)" ]
}

@test "a dry run of store-init tells what it would make and makes nothing" {
	mkdir a
	elsewhere a
	expect_status 0 store-init -n --simulation
	shows '[.store, .dry_run]' "[\"$CASEWORK_STORE\", true]"
	[ -z "$(ls -A a)" ]
}

@test "a clock can be frozen in a simulation only, and only a proxy acts for others" {
	elsewhere a
	expect_status 64 store-init
	[ ! -e a/store.db ]
	expect_status 0 store-init --simulation
	shows '.simulation' true
	at 10:00
	expect_status 64 as maria case-list
	tells "may not act for others"
}

@test "--shared makes a store for a group" {
	elsewhere a
	group=$(id -gn)
	expect_status 0 store-init --simulation --shared="$group"
	[ "$(stat -c '%a %G' a a/store.db | paste -sd ' ')" = "2770 $group 660 $group" ]
	elsewhere b
	mkdir -m 755 b
	expect_status 69 store-init --simulation --shared="$group"
	expect_status 64 store-init --simulation --shared=no-such-group
}

@test "store-check finds nothing in a store that only the tools wrote" {
	expect_status 0 store-check
	nothing_in out
}

@test "store-check is not misled by those who write meanwhile" {
	requests 3000 busy | case-intake -q >made &
	writer=$!
	while kill -0 "$writer" 2>kill-said; do
		expect_status 0 store-check
	done
	wait "$writer"
	[ "$(wc -l <made)" -eq 3000 ]
	expect_status 0 store-check
}

@test "store-check finds an event that was edited" {
	tamper "UPDATE event SET body = replace(body, '\"impact\":1', '\"impact\":3') WHERE subject = 'CS0001001' AND seq = 1"
	finds edited CS0001001 1
	finds state CS0001001
}

@test "store-check finds an event that was removed, numbers closed up or not" {
	tamper "DELETE FROM event_value WHERE event_id IN (SELECT id FROM event WHERE subject = 'CS0001001' AND seq = 4);
		DELETE FROM event WHERE subject = 'CS0001001' AND seq = 4"
	finds removed CS0001001 5
	tamper "UPDATE event SET seq = -seq WHERE subject = 'CS0001001' AND seq > 4;
		UPDATE event SET seq = -seq - 1 WHERE subject = 'CS0001001' AND seq < 0;
		UPDATE cases SET seq = seq - 1 WHERE number = 'CS0001001'"
	finds removed CS0001001
}

@test "store-check finds an end that was cut off" {
	tamper "DELETE FROM event_value WHERE event_id IN (SELECT id FROM event WHERE subject = 'CS0001001' AND seq > 5);
		DELETE FROM event WHERE subject = 'CS0001001' AND seq > 5"
	finds removed CS0001001 6
}

@test "store-check finds an event that was inserted" {
	tamper "UPDATE event SET seq = -seq WHERE subject = 'CS0001001' AND seq >= 4;
		INSERT INTO event (subject, seq, type, at, actor, config, body, hash)
			SELECT subject, 4, type, at, actor, config, body, hash FROM event WHERE subject = 'CS0001001' AND seq = 1;
		UPDATE event SET seq = 1 - seq WHERE subject = 'CS0001001' AND seq < 0;
		UPDATE cases SET seq = seq + 1 WHERE number = 'CS0001001'"
	finds inserted CS0001001 4
	[ "$(jq -s '[.[] | select(.code == "inserted")] | length' out)" -eq 1 ]
}

@test "store-check finds an event added behind the last" {
	tamper "INSERT INTO event (subject, seq, type, at, actor, config, body, hash)
		SELECT subject, (SELECT max(seq) + 1 FROM event WHERE subject = 'CS0001001'), type, at, actor, config, body, hash
		FROM event WHERE subject = 'CS0001001' AND seq = 1"
	finds inserted CS0001001
}

@test "store-check finds columns that disagree with an event" {
	tamper "UPDATE event SET actor = 'mallory' WHERE subject = 'CS0001001' AND seq = 2"
	finds columns CS0001001 2
	[ "$(wc -l <out)" -eq 1 ]
}

@test "store-check finds state that no event accounts for" {
	tamper "UPDATE cases SET priority = 5 - priority WHERE number = 'CS0001001'"
	finds state CS0001001
	tamper "UPDATE cases SET priority = 5 - priority WHERE number = 'CS0001001'"
	tamper "UPDATE task SET outcome = 'well' WHERE id = 3"
	finds state
	tamper "UPDATE account SET name = 'x' WHERE key = 'ACME'"
	finds state account/ACME
	tamper "UPDATE sla SET has_breached = 1 - has_breached WHERE id = 1"
	finds state CS0001001
}

@test "store-check finds rows and events that belong to nothing" {
	tamper "DELETE FROM event WHERE subject = 'account/ACME'"
	finds orphan account/ACME
	tamper "DELETE FROM task WHERE id = 3"
	finds state
}

@test "store-check recounts the load of agents" {
	tamper "UPDATE agent SET load = load + 1 WHERE key = 'noc-1'"
	finds counter noc-1
}

@test "a personal value that was forged is found, one that was erased is not missed" {
	tamper "DELETE FROM event_value WHERE pointer LIKE '%short_description'"
	expect_status 0 store-check
	tamper "UPDATE event_value SET value = '\"x\"' WHERE event_id = (SELECT event_id FROM event_value WHERE pointer LIKE '%email' LIMIT 1) AND pointer LIKE '%email'"
	finds value
}

@test "store-check stops at what is no store" {
	echo hello >no.db
	expect_status 69 store-check -s no.db
	expect_status 69 store-check -s missing.db
	mkdir folder
	expect_status 69 store-check -s folder
	tells "not a casework store"
}

@test "a backup comes back as it was, elsewhere" {
	case-list --format=json >before
	events CS0001001 >journal
	expect_status 0 store-backup saved
	shows .cases "$(wc -l <before)"
	[ "$(ls -A saved | paste -sd ' ')" = "config.git manifest.json store.db" ]
	[ "$(jq -r .store_sha256 saved/manifest.json)" = "$(sha256sum <saved/store.db | cut -d' ' -f1)" ]
	elsewhere back
	expect_status 0 store-restore saved
	case-list --format=json >after
	cmp before after
	events CS0001001 | cmp journal -
	expect_status 0 store-check
	nothing_in out
	unset CASEWORK_CONFIG
	expect_status 0 config-show casework.json
	[ "$(sqlite3 "$CASEWORK_STORE" 'SELECT config_repo FROM store')" = "$PWD/back/config" ]
	case-trace store --format=json | tail -n 1 | jq -e '.type == "store.restored"'
}

@test "a restore that was interrupted before the store was there is run again" {
	store-backup -q saved >saved.json
	elsewhere back
	expect_status 0 store-restore saved
	rm back/store.db*
	expect_status 0 store-restore saved
	expect_status 0 store-check
	rm back/store.db*
	policy groups/new.json '{"description": "later"}'
	expect_status 69 store-restore saved
}

@test "neither a backup nor a restore writes over anything" {
	mkdir empty full
	touch full/x
	expect_status 0 store-backup empty
	expect_status 69 store-backup empty
	expect_status 69 store-backup full
	expect_status 69 store-restore empty
	[ "$(ls -A full)" = x ]
	[ -z "$(find . -name '*unfinished*')" ]
	elsewhere back
	mkdir -p back/config
	touch back/config/x
	expect_status 69 store-restore "$PWD/empty"
	[ "$(ls -A back)" = config ]
}

@test "a backup that is not whole, or not as it was, is refused before anything is written" {
	store-backup -q saved >/dev/null
	elsewhere back
	printf x | dd of=saved/store.db bs=1 seek=6000 conv=notrunc status=none
	expect_status 65 store-restore saved
	tells SHA-256
	rm saved/manifest.json
	expect_status 66 store-restore saved
	expect_status 66 store-restore nowhere
	[ ! -e back ]
}

@test "a backup is whole while others write" {
	jq -c 'select(.external_id)' "$HOME/requests" | jq -c --argjson n 40 'range($n) as $i | .external_id += "-\($i)"' |
		case-intake -q >/dev/null 2>&1 &
	writer=$!
	expect_status 0 store-backup saved
	wait "$writer" || true
	elsewhere back
	expect_status 0 store-restore saved
	expect_status 0 store-check
	[ "$(count cases)" -eq "$(jq .cases saved/manifest.json)" ]
}

# names SUBJECT TEXT: store-check has a finding about the subject whose message begins so.
names() {
	expect_status 65 store-check
	jq -se --arg subject "$1" --arg text "$2" 'any(.[]; .subject == $subject and (.message | startswith($text)))' out >found && return
	echo "no finding $*:"
	head -c 2000 out
	return 1
}

# breached: every clock has run out, and messages are queued.
breached() {
	CASEWORK_NOW=2026-03-20T09:00:00Z sla-check -q >ticks
	expect_status 0 store-check
}

# reached: a case with a milestone that was reached; prints its number.
reached() {
	policy workflows/general.json '{"tasks": {"look": {}, "act": {"needs": ["look"]}}, "milestones": {"seen": {"after": ["look"]}}}'
	intake short_description="to be seen" >number || return
	task-done -q "$(cat number)/look" >finished
	cat number
}

@test "store-check finds messages that were deleted" {
	breached
	tamper "DELETE FROM message"
	names CS0001001 "message sla-breached: the journal has it"
}

@test "store-check finds a message that was turned to somebody else" {
	breached
	tamper "UPDATE message SET recipient = 'x' WHERE id = 1"
	finds state
	[ "$(jq -r .message out)" = "message 1: the journal does not know it
message sla-breached: the journal has it, the store does not" ]
}

@test "store-check finds a message that no event queued" {
	breached
	tamper "INSERT INTO message (event_id, case_id, template_name, recipient, config, state, created_at)
		SELECT event_id, case_id, template_name, 'group:evil', config, state, created_at FROM message WHERE id = 1"
	finds state
	[ "$(wc -l <out)" -eq 1 ]
}

@test "a message to an address that was erased is still known" {
	number=$(intake contact=somebody@nowhere.example "Line down")
	case-resolve -q --code=solved --cancel-open --reason=quick "$number" >resolved
	[ "$(events "$number" message.queued | jq -r '.data.recipient | keys[]')" = sha256 ]
	expect_status 0 store-check
	tamper "DELETE FROM event_value WHERE pointer = '/data/recipient'"
	expect_status 0 store-check
	tamper "DELETE FROM message"
	names "$number" "message resolved: the journal has it"
}

@test "store-check finds milestones that were deleted, inserted or changed" {
	number=$(reached)
	expect_status 0 store-check
	cp "$CASEWORK_STORE" whole
	tamper "DELETE FROM milestone"
	names "$number" "milestone seen: the journal has it"
	cp whole "$CASEWORK_STORE"
	tamper "INSERT INTO milestone (case_id, name, reached, at) SELECT min(id), 'made-up', 1, 0 FROM cases"
	names CS0001001 "milestone made-up: the journal does not know it"
	cp whole "$CASEWORK_STORE"
	tamper "UPDATE milestone SET reached = 0"
	names "$number" "milestone seen: reached is false"
	cp whole "$CASEWORK_STORE"
	tamper "UPDATE milestone SET at = at - 1"
	names "$number" "milestone seen: at is"
}

@test "store-check finds what was asked of people, and who declined, deleted, inserted or changed" {
	policy routing/assignment.json '{"policy": "first", "rules": [], "default": {"assignment_group": "noc", "exclude": ["noc-2"]}}'
	number=$(new_case account=ACME "Help")
	case-enrich -q "$number" | case-route -q >routed
	shows .assigned_to '"noc-1"' routed
	as noc-1 case-update -q --decline --reason=busy "$number" >declined
	expect_status 0 store-check
	cp "$CASEWORK_STORE" whole
	tamper "DELETE FROM case_need"
	names "$number" 'need is null, by the journal {"exclude":["noc-2"]}'
	cp whole "$CASEWORK_STORE"
	tamper "UPDATE case_need SET need = '{\"exclude\":[]}'"
	names "$number" 'need is {"exclude":[]}, by the journal {"exclude":["noc-2"]}'
	cp whole "$CASEWORK_STORE"
	tamper "DELETE FROM case_decline"
	names "$number" "decline of noc-1: the journal has it"
	cp whole "$CASEWORK_STORE"
	tamper "UPDATE case_decline SET again = 1"
	names "$number" "decline of noc-1: again is true"
	cp whole "$CASEWORK_STORE"
	tamper "INSERT INTO case_decline SELECT case_id, 'noc-3', reason, again, declined_at FROM case_decline"
	names "$number" "decline of noc-3: the journal does not know it"
	cp whole "$CASEWORK_STORE"
	case-update -q "$number" assignment_group=support >moved
	[ "$(count case_need)" -eq 0 ]
	expect_status 0 store-check
}

@test "a milestone behind work that was sent back is open again, and the journal says so" {
	number=$(reached)
	task-done -q "$number/act" --send-back=look --reason="look again" >sent
	[ "$(events "$number" milestone.reopened | jq -r .data.milestone)" = seen ]
	[ "$(count milestone)" -eq 0 ]
	expect_status 0 store-check
	tamper "INSERT INTO milestone (case_id, name, reached, at) SELECT id, 'seen', 1, updated_at FROM cases WHERE number = '$number'"
	names "$number" "milestone seen: the journal does not know it"
	tamper "DELETE FROM milestone"
	task-done -q "$number/look~2" >finished
	[ "$(events "$number" milestone.reached | wc -l)" -eq 2 ]
	expect_status 0 store-check
}

@test "store-check finds a running clock that nothing will wake, or too late" {
	cp "$CASEWORK_STORE" whole
	tamper "UPDATE sla SET next_at = NULL WHERE id = (SELECT min(id) FROM sla WHERE stage = 'in_progress' AND has_breached = 0)"
	finds state
	tells "it runs and nothing will wake it" out
	cp whole "$CASEWORK_STORE"
	tamper "UPDATE sla SET next_at = next_at + 1 WHERE id = (SELECT min(id) FROM sla WHERE stage = 'in_progress' AND warned = 0)"
	finds state
	tells "next_at is" out
	cp whole "$CASEWORK_STORE"
	breached
	tamper "UPDATE sla SET next_at = 5 WHERE id = 1"
	names CS0001001 "sla"
	tells "has nothing to wait for" out
}

@test "store-check finds addresses that were deleted, and one that leads to somebody else" {
	cp "$CASEWORK_STORE" whole
	tamper "DELETE FROM address WHERE address = 'acme-noc@example.org'"
	names contact/acme-noc "address acme-noc@example.org: the record has it"
	[ "$(wc -l <out)" -eq 1 ]
	cp whole "$CASEWORK_STORE"
	tamper "DELETE FROM address"
	names contact/acme-noc "address"
	cp whole "$CASEWORK_STORE"
	tamper "INSERT INTO address (address, kind, person) VALUES ('evil@example.org', 'contact', 'acme-noc'), ('x@example.org', 'contact', 'nobody')"
	names contact/acme-noc "address evil@example.org: the index has it"
	finds orphan x@example.org
}

@test "store-check finds memberships that were deleted, and one that nobody gave" {
	cp "$CASEWORK_STORE" whole
	tamper "DELETE FROM agent_group"
	names agent/noc-1 "group noc: the record has it"
	cp whole "$CASEWORK_STORE"
	tamper "INSERT INTO agent_group (group_name, agent) VALUES ('evil', 'noc-1')"
	names agent/noc-1 "group evil: the index has it"
	[ "$(wc -l <out)" -eq 1 ]
}

@test "store-check finds members and edges that were deleted, and reserved units that no case has" {
	crm-put -q >/dev/null <<-'END'
		{"kind":"consumer","key":"ana"}
		{"kind":"household","key":"elm-4","members":[{"consumer":"ana"}]}
		{"kind":"ci","key":"web"}
		{"kind":"ci","key":"db"}
		{"kind":"ci_relation","from":"web","to":"db","type":"depends_on"}
		{"kind":"entitlement","key":"few","units":3}
	END
	expect_status 0 store-check
	tamper "DELETE FROM household_member; DELETE FROM ci_edge; UPDATE entitlement SET reserved = 1 WHERE key = 'few'"
	names household/elm-4 "member ana: the record has it"
	names ci_relation/web/depends_on/db "edge web db: the record has it"
	names few "the reserved units of the entitlement are 1, its cases add up to 0"
}

@test "store-check knows a record that was deleted, and finds one that came back by itself" {
	crm-put -q >/dev/null <<<'{"kind":"ci","key":"web","name":"Web"}'
	crm-put -q --delete >/dev/null <<<'{"kind":"ci","key":"web"}'
	expect_status 0 store-check
	cp "$CASEWORK_STORE" whole
	tamper "UPDATE deleted_record SET seq = 1"
	names ci/web "the events of a deleted record do not end where the store says"
	cp whole "$CASEWORK_STORE"
	tamper "INSERT INTO ci (key, seq, hash, active, criticality) SELECT 'web', seq, hash, 1, 0 FROM deleted_record"
	names ci/web "a record that was deleted is there"
	cp whole "$CASEWORK_STORE"
	crm-put -q >/dev/null <<<'{"kind":"ci","key":"web"}'
	expect_status 0 store-check
}

@test "store-check finds another place of the policy and another proxy than the journal tells of" {
	cp "$CASEWORK_STORE" whole
	tamper "UPDATE store SET proxies = '[\"evil\"]'"
	names store "proxies is [\"evil\"]"
	cp whole "$CASEWORK_STORE"
	tamper "UPDATE store SET config_ref = 'refs/heads/other'"
	names store 'config_ref is "refs/heads/other"'
	cp whole "$CASEWORK_STORE"
	tamper "UPDATE store SET config_repo = '/elsewhere'"
	names store 'config_repo is "/elsewhere"'
}

@test "an event of the store that is no JSON is a finding, and does not stop the check" {
	tamper "UPDATE event SET body = 'x' WHERE subject = 'store' AND seq = 1; UPDATE agent SET load = load + 1 WHERE key = 'noc-1'"
	finds syntax store 1
	finds counter noc-1
}

@test "store-check finds policy that was changed after it had decided" {
	tamper "UPDATE policy_blob SET content = x'00' WHERE blob = (SELECT min(blob) FROM policy_blob)"
	names "$(sqlite3 "$CASEWORK_STORE" 'SELECT min(blob) FROM policy_blob')" "the policy kept under this name"
	[ "$(wc -l <out)" -eq 1 ]
}
