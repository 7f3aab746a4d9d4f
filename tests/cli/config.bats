#!/usr/bin/env bats
# config-lint, config-show: the policy, checked and shown.

load helper

@test "the starter lints clean, with a store or without one" {
	expect_status 0 config-lint
	nothing_in out
	export CASEWORK_STORE=$PWD/none.db
	expect_status 0 config-lint -C "$CASEWORK_CONFIG"
	unset CASEWORK_CONFIG
	expect_status 69 config-lint
}

@test "without --config the store says where its policy is" {
	unset CASEWORK_CONFIG
	expect_status 0 config-lint
	expect_status 69 config-lint -C "$PWD"
}

@test "a finding has file, line, column, pointer and message, and 65 is the status" {
	policy groups/noc.json $'{\n  "description": "x",\n  "calendar": "no-such"\n}'
	expect_status 65 config-lint
	grep -q '^groups/noc.json:3:[0-9]*: /calendar: ' out
	expect_status 65 config-lint --format=json
	shows '[.file, .line, .pointer]' '["groups/noc.json", 3, "/calendar"]' <(jq -c 'select(.file == "groups/noc.json")' out)
}

@test "every finding is told, in files that are no JSON too" {
	policy groups/noc.json '{"capacity": -1, "colour": 1}'
	policy groups/broken.json '{"a":'
	expect_status 65 config-lint
	[ "$(wc -l <out)" -ge 3 ]
	tells groups/broken.json out
}

@test "work tree, index and commits are told apart" {
	echo '{"colour": 1}' >"$CASEWORK_CONFIG/groups/noc.json"
	expect_status 0 config-lint
	expect_status 0 config-lint --index
	expect_status 65 config-lint --worktree
	git -C "$CASEWORK_CONFIG" add -A
	expect_status 65 config-lint --index
	git -C "$CASEWORK_CONFIG" commit -q -m "broken"
	expect_status 65 config-lint
	expect_status 0 config-lint HEAD~1
	expect_status 0 config-lint --ref=HEAD~1
	expect_status 78 config-lint no-such-rev
	expect_status 64 config-lint --worktree HEAD
	expect_status 64 config-lint --index --worktree
	expect_status 64 config-lint a b
	expect_status 64 config-lint --format=xml
}

@test "a bare repository serves as well" {
	git clone -q --bare "$CASEWORK_CONFIG" bare.git
	expect_status 0 config-lint -C bare.git
	expect_status 0 config-show -C bare.git casework.json
}

@test "config-show lists the files in force with their blobs" {
	expect_status 0 config-show
	[ "$(jq -r '"\(.blob)\t\(.path)"' out)" = "$(git -C "$CASEWORK_CONFIG" ls-tree -r main | awk '{ print $3 "\t" $4 }')" ]
	[ "$(jq -r .commit out | uniq)" = "$(git -C "$CASEWORK_CONFIG" rev-parse main)" ]
}

@test "config-show prints a file as it stands, by path or by kind and name" {
	expect_status 0 config-show groups/noc.json
	git -C "$CASEWORK_CONFIG" show main:groups/noc.json | cmp - out
	while read -r kind name; do
		expect_status 0 config-show "$kind" "$name"
		[ -s out ]
	done <<-'END'
		group noc
		workflow general
		calendar always
		case-type general
		routing assignment
		sla first-response
		template resolved
	END
	expect_status 65 config-show groups/none.json
	expect_status 64 config-show planet mars
	expect_status 64 config-show a b c
}

@test "what is not committed is not in force, and --ref shows another commit" {
	policy groups/noc.json '{"description": "changed"}'
	echo '{}' >"$CASEWORK_CONFIG/groups/noc.json"
	expect_status 0 config-show group noc
	tells changed out
	expect_status 0 config-show --ref=HEAD~1 group noc
	[ "$(grep -c changed out)" -eq 0 ]
	expect_status 78 config-show --ref=refs/heads/none
}
