#!/usr/bin/env bats
# case-pick: a condition on a stream, without a store.

load helper

setup_file() {
	use_tools
}

# There is no store, and nothing that would say where one is.
setup() {
	use_tools
	unset CASEWORK_STORE CASEWORK_CONFIG CASEWORK_NOW
	export HOME=$BATS_TEST_TMPDIR/home XDG_DATA_HOME=$BATS_TEST_TMPDIR/home
	mkdir -p "$HOME" "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return
}

long_a=$(printf 'a%.0s' {1..60})

# agrees FILE: lines of a condition, a record and true or false, with tabs between: the tool marks each record so. Lines of
# the same condition follow each other.
agrees() {
	local query doc expected last='' n=0
	while IFS=$'\t' read -r query doc expected; do
		if [ "$query" != "$last" ]; then
			marks_agree "$last" || return 1
			: >records
			: >wanted
			last=$query
		fi
		printf '%s\n' "$doc" >>records
		echo "$expected" >>wanted
		n=$((n + 1))
	done <"$1"
	marks_agree "$last" || return 1
	echo "$n lines"
}

marks_agree() {
	[ "$1" ] || return 0
	case-pick -q --mark "$1" <records >marks 2>err && cmp -s marks wanted && return
	echo "$1"
	paste marks wanted records
	cat err
	return 1
}

@test "the records that meet the condition are passed as they came, one a line" {
	cat >in <<-'EOF'
		{"n": 1, "text": "caf\u00e9 \/ x", "real": 1.50, "exp": 1E2, "list": [ 1, {"d" : -0.0} ]}
		{"n": 2}
		{"n": 9007199254740993}
	EOF
	expect_status 0 case-pick '{"n": {"$ne": 2}}' <in
	[ "$(cat out)" = '{"n":1,"text":"caf\u00e9 \/ x","real":1.50,"exp":1E2,"list":[1,{"d":-0.0}]}
{"n":9007199254740993}' ]
	[[ "$(cat err)" == "3 read, 2 done, 1 left out, "* ]]
	[ ! -e "$HOME/casework" ]
}

@test "records may be spread over lines, or stand in an array" {
	jq -n '{n: 1, in: {deep: [1, 2]}}, {n: 2}, {n: 1}' >in
	jq -n '[{n: 1, a: [{b: 3}]}, {n: 3}]' >>in
	expect_status 0 case-pick -q '{"n": 1}' <in
	[ "$(cat out)" = '{"n":1,"in":{"deep":[1,2]}}
{"n":1}
{"n":1,"a":[{"b":3}]}' ]
	nothing_in err
}

@test "--invert, --count and --mark" {
	jq -nc 'range(2500) | {n: .}' >in
	expect_status 0 case-pick --count '{"n": {"$lt": 1700}}' <in
	[ "$(cat out)" = 1700 ]
	expect_status 0 case-pick --count --invert '{"n": {"$lt": 1700}}' <in
	[ "$(cat out)" = 800 ]
	expect_status 0 case-pick --invert '{"n": {"$lt": 2499}}' <in
	[ "$(cat out)" = '{"n":2499}' ]
	expect_status 0 case-pick --mark '{"n": {"$gte": 2}}' <in
	[ "$(head -n 3 out | paste -sd ' ')" = "false false true" ]
	[ "$(wc -l <out)" -eq 2500 ]
	expect_status 0 case-pick --mark --invert '{"n": {"$gte": 2}}' <in
	[ "$(head -n 3 out | paste -sd ' ')" = "true true false" ]
	expect_status 64 case-pick --mark --count '{}' <in
	tells exclude
}

@test "an empty input has nothing to pick" {
	expect_status 0 case-pick '{}' </dev/null
	nothing_in out
	expect_status 0 case-pick --count '{}' </dev/null
	[ "$(cat out)" = 0 ]
}

@test "paths are read in the context of a record that has one, else as they stand" {
	cat >in <<-'EOF'
		{"n":1,"account":"ACME","context":{"account":{"tier":"gold"}}}
		{"n":2,"account":{"tier":"gold"}}
		{"n":3,"account":{"tier":"gold"},"context":"none"}
		{"n":4,"account":{"tier":"gold"},"context":{}}
	EOF
	expect_status 0 case-pick -q '{"account.tier": "gold"}' <in
	[ "$(jq .n out | paste -sd ' ')" = "1 2 3" ]
}

@test "a condition that is missing or malformed is a usage error that points into it" {
	expect_status 64 case-pick </dev/null
	expect_status 64 case-pick '{}' '{}' </dev/null
	expect_status 64 case-pick '{' </dev/null
	expect_status 64 case-pick '[]' </dev/null
	expect_status 64 case-pick '{"a": {"$or": [{"b": 1}]}}' </dev/null
	[ "$(head -n 1 err)" = 'case-pick: condition: /a/$or: "$or" stands among operators of one path' ]
	expect_status 64 case-pick '{"a": {"$regex": "(x"}}' </dev/null
	tells 'condition: /a/$regex: no regular expression: missing closing parenthesis (at byte 3)'
	nothing_in out
}

@test "a broken line, or what is no object, is rejected and costs no neighbour" {
	{
		echo '{"n":1}'
		echo '{"n":1,,}'
		echo '{"n":1,"n":1}'
		echo '"CS0001001"'
		echo '17'
		printf '{"n":1,"t":"\377"}\n'
		echo '{"n":1,"t":"\u0000"}'
		echo '{"n":1,"t":1e999}'
		printf '{"n":1,"t":%s1%s}\n' "$(printf '[%.0s' {1..64})" "$(printf ']%.0s' {1..64})"
		echo '{"n":1,"last":true}'
	} >in
	expect_status 65 case-pick -q -r rejects '{"n": 1}' <in
	[ "$(cat out)" = '{"n":1}
{"n":1,"last":true}' ]
	[ "$(jq .line rejects | paste -sd ' ')" = "2 3 4 5 6 7 8 9" ]
	[ "$(jq -r .tool rejects | sort -u)" = case-pick ]
	expect_status 65 case-pick -q --mark '{"n": 1}' <in
	[ "$(paste -sd ' ' out)" = "true true" ]
	expect_status 65 case-pick -q --count '{"n": 1}' <in
	[ "$(cat out)" = 2 ]
	expect_status 65 case-pick --max-rejects=3 '{"n": 1}' <in
	tells 'stopped: more than --max-rejects=3 rejected'
}

@test "a pattern that runs away costs its record, and no other" {
	{
		echo '{"n":1,"t":"aaa"}'
		echo "{\"n\":2,\"t\":\"$long_a!\"}"
		echo '{"n":3,"t":"aaa"}'
	} >in
	expect_status 65 case-pick -q -r rejects '{"t": {"$regex": "^(a+)+$"}}' <in
	[ "$(jq .n out | paste -sd ' ')" = "1 3" ]
	[ "$(cat err)" = 'case-pick: line 2: /t/$regex: pattern "^(a+)+$" runs away on a text of 61 bytes: too many steps' ]
	shows '[.line, .error.code, .error.pointer, .record.n]' '[2, "rule", "/t/$regex", 2]' rejects
	expect_status 65 case-pick -q --invert '{"t": {"$regex": "^(a+)+$"}}' <in
	nothing_in out
}

@test "it dies quietly with its reader" {
	jq -nc 'range(200000) | {n: .}' >in
	[ "$(case-pick -q '{}' <in 2>err | head -n 1)" = '{"n":0}' ]
	nothing_in err
}

@test "every case of the language is answered as the golden file says" {
	cases=$root/tests/cases/match/language.jsonl
	sed -nE 's/^\{"query":(.*),"doc":(.*),"expected":(true|false)\}$/\1\t\2\t\3/p' "$cases" >table
	[ "$(wc -l <table)" -gt 140 ]
	agrees table
}

@test "every error of the language is told as the golden file says" {
	cases=$root/tests/cases/match/language.jsonl
	n=0
	while IFS=$'\t' read -r query doc pointer; do
		if [ "$doc" = - ]; then
			expect_status 64 case-pick "$query" </dev/null
		else
			expect_status 65 case-pick "$query" <<<"$doc"
		fi
		tells "${pointer:+$pointer: }"
		n=$((n + 1))
	done < <(sed -nE -e 's/^\{"query":(.*),"doc":(.*),"error":"([^"]*)","code":"[a-z]*"\}$/\1\t\2\t\3/p' \
		-e 's/^\{"query":(.*),"error":"([^"]*)","code":"[a-z]*"\}$/\1\t-\t\2/p' "$cases")
	[ "$n" -gt 40 ]
}

@test "the published vectors pass" {
	vectors=${CASEWORK_TEST_DATA:-}/match/match_cases.jsonl
	[ -e "$vectors" ] || skip "no match/match_cases.jsonl in CASEWORK_TEST_DATA"
	sed -nE 's/^\{"id": "[^"]*", "query": (.*), "doc": (.*), "expected": (true|false)\}$/\1\t\2\t\3/p' "$vectors" |
		sort >table
	[ "$(wc -l <table)" -eq "$(wc -l <"$vectors")" ]
	agrees table
}
