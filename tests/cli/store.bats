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

# names TEXT: store-check has a finding that names it.
names() {
	expect_status 65 store-check
	grep -qF -- "$1" out || { head -c 1000 out; return 1; }
}

@test "store-check misses neither a message nor a milestone that the journal tells of" {
	CASEWORK_NOW=2026-03-20T09:00:00Z sla-check -q >ticks
	cp "$CASEWORK_STORE" whole
	tamper "DELETE FROM message WHERE id = (SELECT min(id) FROM message)"
	names "the outbox has not the messages"
	cp whole "$CASEWORK_STORE"
	tamper "INSERT INTO milestone (case_id, name, reached, at) SELECT min(id), 'made-up', 1, 0 FROM cases"
	names "the milestones are not those"
}

@test "store-check finds a running clock that nothing will wake" {
	tamper "UPDATE sla SET next_at = NULL WHERE id = (SELECT min(id) FROM sla WHERE stage = 'in_progress' AND has_breached = 0)"
	names "a running clock that nothing will wake"
}

@test "store-check finds lost addresses and memberships" {
	tamper "DELETE FROM address; DELETE FROM agent_group"
	names '"contact/acme-noc","message":"a contact that cannot be found'
	names '"agent/noc-1","message":"an agent who is missing'
}

@test "store-check finds another place of the policy and another proxy than the journal tells of" {
	tamper "UPDATE store SET proxies = '[\"evil\"]'"
	names "proxies is"
	tamper "UPDATE store SET config_ref = 'refs/heads/other'"
	names "config_ref is refs/heads/other"
}

@test "store-check finds policy that was changed after it had decided" {
	tamper "UPDATE policy_blob SET content = x'00' WHERE blob = (SELECT min(blob) FROM policy_blob)"
	names "the policy kept under this name"
}
