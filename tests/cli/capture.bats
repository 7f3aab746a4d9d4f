#!/usr/bin/env bats
# case-new: what becomes a case, what does not and why, and that a request arrives once.

load helper

# rejected RECORD POINTER CODE: case-new refuses it for that.
rejected() {
	printf '%s\n' "$1" >record
	expect_status 65 case-new -q -r rejects <record || { head -c 200 record; return 1; }
	nothing_in out
	tail -n 1 rejects | jq -e --arg p "$2" --arg c "$3" '.error | .pointer == $p and .code == $c' >/dev/null ||
		{ head -c 200 record; tail -n 1 rejects | jq -c .error; return 1; }
	tells "line 1: $2: "
}

# accepted RECORD: prints the case.
accepted() {
	printf '%s\n' "$1" >record
	expect_status 0 case-new -q <record
}

with() {
	jq -nc "{short_description: \"x\"} + $1"
}

@test "a request by hand becomes a case with a number, and the defaults are filled in" {
	expect_status 0 case-new "Line down since 9"
	shows . '{"number":"CS0001001","seq":3,"case_type":"general","short_description":"Line down since 9","impact":3,"urgency":3,
		"priority":4,"state":"new","progress":"captured","opened_at":"2026-03-02T09:00:00.000000Z",
		"created_at":"2026-03-02T09:00:00.000000Z","updated_at":"2026-03-02T09:00:00.000000Z"}'
	nothing_in err
}

@test "by hand KEY=VALUE gives members, an empty value means absent" {
	expect_status 0 case-new account=ACME impact=1 urgency= channel=phone "Line down"
	shows '[.account, .impact, .urgency, .channel]' '["ACME",1,3,"phone"]'
	expect_status 0 case-new short_description="Named by key"
	shows .short_description '"Named by key"'
}

@test "by hand tags and fields are JSON" {
	expect_status 0 case-new 'tags=["vip","night"]' 'fields={"floor":3}' "Line down"
	shows '[.tags, .fields]' '[["vip","night"],{"floor":3}]'
}

@test "by hand two descriptions are a usage error" {
	expect_status 64 case-new Line down
	nothing_in out
}

@test "by hand a bad value is rejected with its pointer" {
	expect_status 65 case-new impact=severe "Line down"
	tells 'case-new: /impact: expected 1, 2 or 3, got "severe"'
}

@test "what was captured is what case-get prints" {
	case-new -q <<<'{"short_description":"x","description":"two\nlines","channel":"email","category":"outage","subcategory":"fibre","tags":["a"],"asset":"L30011","contract":"C1","consumer":"me"}' >captured
	case-get CS0001001 >got
	diff <(jq -S . captured) <(jq -S . got)
	shows '[.description, .channel, .category, .subcategory, .tags, .asset, .contract, .consumer]' \
		'["two\nlines","email","outage","fibre",["a"],"L30011","C1","me"]' got
}

@test "short_description is required, one line, text of at most 1,000 characters" {
	rejected '{}' /short_description required
	rejected '{"short_description":null}' /short_description required
	rejected '{"short_description":""}' /short_description required
	rejected '{"short_description":7}' /short_description invalid
	rejected '{"short_description":["x"]}' /short_description invalid
	rejected '{"short_description":"two\nlines"}' /short_description invalid
	rejected "$(jq -nc '{short_description: ("ä" * 1001)}')" /short_description limit
	accepted "$(jq -nc '{short_description: ("ä" * 1000)}')"
	shows '.short_description | length' 1000
}

@test "a description has at most 1 MiB and may have tabs and line ends" {
	accepted '{"short_description":"x","description":"a\tb\r\nc"}'
	shows .description '"a\tb\r\nc"'
	jq -nc '{short_description: "x", description: ("d" * 1048576)}' >largest
	expect_status 0 case-new -q <largest
	shows '.description | length' 1048576
	jq -nc '{short_description: "x", description: ("d" * 1048577)}' >larger
	expect_status 65 case-new -q -r rejects <larger
	shows '.error | [.pointer, .code]' '["/description","limit"]' rejects
}

@test "control characters, zero bytes and lone surrogates are rejected where they stand" {
	rejected '{"short_description":"a\u0000b"}' /short_description invalid
	rejected '{"short_description":"a\u0007b"}' /short_description invalid
	rejected '{"short_description":"a\tb"}' /short_description invalid
	rejected '{"short_description":"x","description":"a\u001bb"}' /description invalid
	rejected '{"short_description":"x","description":"a\ud800b"}' /description invalid
	rejected '{"short_description":"x","category":"a\ndc00"}' /category invalid
	rejected '{"short_description":"x","colour":{"deep":["\u0001"]}}' /colour/deep/0 invalid
}

@test "a pair of surrogates is the character that it means" {
	accepted '{"short_description":"\ud83d\ude00"}'
	shows .short_description '"😀"'
}

@test "a channel is one of nine" {
	local channel
	for channel in web phone email chat virtual_agent api social monitoring walk_in; do
		with "{channel: \"$channel\"}"
	done | case-new -q >out
	[ "$(jq -r .channel out | wc -l)" -eq 9 ]
	rejected '{"short_description":"x","channel":"fax"}' /channel invalid
	rejected '{"short_description":"x","channel":1}' /channel invalid
}

@test "ranks are taken as people export them" {
	local rank
	for rank in 1 '"1"' '"high"' '"1 - High"' '"High"'; do
		with "{impact: $rank, urgency: $rank}"
	done | case-new -q >out
	shows '[.impact, .urgency, .priority]' '[1,1,1] [1,1,1] [1,1,1] [1,1,1] [1,1,1]'
	for rank in '"2 - Medium"' '"medium"'; do with "{impact: $rank}"; done | case-new -q >out
	shows .impact '2 2'
	for rank in '"3 - Low"' '"low"' 3; do with "{urgency: $rank}"; done | case-new -q >out
	shows .urgency '3 3 3'
}

@test "what is no rank is rejected" {
	local rank
	for rank in '"severe"' 0 4 -1 1.5 true '""' '[1]' '{}' '"4"'; do
		rejected "$(with "{impact: $rank}")" /impact invalid
		rejected "$(with "{urgency: $rank}")" /urgency invalid
	done
	rejected '{"short_description":"x","impact":"severe"}' /impact invalid
	tells 'line 1: /impact: expected 1, 2 or 3, got "severe"'
}

@test "the matrix of impact and urgency gives the provisional priority" {
	jq -nc 'range(1; 4) as $i | range(1; 4) as $u | {short_description: "x", impact: $i, urgency: $u}' | case-new -q >out
	shows .priority '1 2 3 2 3 4 3 4 4'
}

@test "opened_at is a moment with its offset, printed in UTC with six digits" {
	accepted '{"short_description":"x","opened_at":"2026-03-01T10:30:00+01:00"}'
	shows .opened_at '"2026-03-01T09:30:00.000000Z"'
	accepted '{"short_description":"x","opened_at":"2026-03-01T10:30:00.1234567Z"}'
	shows .opened_at '"2026-03-01T10:30:00.123456Z"'
	rejected '{"short_description":"x","opened_at":"yesterday"}' /opened_at invalid
	rejected '{"short_description":"x","opened_at":"2026-02-30T00:00:00Z"}' /opened_at invalid
	rejected '{"short_description":"x","opened_at":"2026-03-01T10:30:00"}' /opened_at invalid
	rejected '{"short_description":"x","opened_at":1772400000}' /opened_at invalid
}

@test "an opened_at that the source gave is not journaled as a default of ours" {
	case-new -q "earlier" opened_at=2026-03-01T08:00:00Z >case.json
	case-new -q "now" >>case.json
	events CS0001001 case.created >given
	events CS0001002 case.created >ours
	shows '[.at, .data.record.opened_at]' '["2026-03-02T09:00:00.000000Z","2026-03-01T08:00:00.000000Z"]' given
	shows '.data.defaults // [] | index("opened_at")' null given
	run ! diff <(jq -c .data.defaults given) <(jq -c .data.defaults ours)
}

@test "keys of records are text of at most 128 bytes" {
	local member
	for member in account contact product asset contract entitlement consumer; do
		rejected "$(with "{$member: 7}")" "/$member" invalid
		rejected "$(with "{$member: (\"k\" * 129)}")" "/$member" limit
		accepted "$(with "{$member: (\"k\" * 128)}")"
	done
}

@test "tags are an array of words" {
	rejected '{"short_description":"x","tags":"vip"}' /tags invalid
	rejected '{"short_description":"x","tags":["vip",5]}' /tags/1 invalid
	accepted '{"short_description":"x","tags":[]}'
	accepted '{"short_description":"x","tags":["b","a"]}'
	shows .tags '["b","a"]'
}

@test "members that tools alone set are accepted when equal" {
	accepted '{"short_description":"x","state":"new","priority":4,"progress":"captured"}'
	shows '[.state, .priority, .progress]' '["new",4,"captured"]'
}

@test "members that tools alone set are rejected when they differ" {
	rejected '{"short_description":"x","number":"CS0000001"}' /number read_only
	rejected '{"short_description":"x","state":"open"}' /state read_only
	rejected '{"short_description":"x","priority":1}' /priority read_only
	rejected '{"short_description":"x","progress":"routed"}' /progress read_only
	rejected '{"short_description":"x","created_at":"2020-01-01T00:00:00Z"}' /created_at read_only
	rejected '{"short_description":"x","resolved_at":"2020-01-01T00:00:00Z"}' /resolved_at read_only
	rejected '{"short_description":"x","context":{"account":{"tier":"gold"}}}' /context read_only
	rejected '{"short_description":"x","seq":17}' /seq read_only
}

@test "null means absent" {
	accepted '{"short_description":"x","account":null,"impact":null,"tags":null,"fields":null,"colour":null,"number":null,"state":null,"case_type":null,"opened_at":null}'
	shows '[.impact, .case_type, .state]' '[3,"general","new"]'
	shows '[paths(. == null)] | length' 0
	shows 'has("account") or has("fields") or has("tags")' false
}

@test "an open case type keeps unknown members in fields, as they came" {
	accepted '{"short_description":"x","colour":"red","order":{"no":17,"lines":[1,2.5,null]},"fields":{"floor":3}}'
	shows .fields '{"floor":3,"colour":"red","order":{"no":17,"lines":[1,2.5,null]}}'
}

@test "numbers in fields stay exact, and those that no number can hold are rejected" {
	accepted '{"short_description":"x","least":-9223372036854775808,"most":9223372036854775807,"real":0.1}'
	tells '-9223372036854775808' out
	tells '9223372036854775807' out
	tells '0.1' out
	printf '%s\n' '{"short_description":"x","n":9223372036854775808}' '{"short_description":"x","n":1e400}' \
		'{"short_description":"x","n":-9223372036854775809}' '{"short_description":"good"}' >in
	expect_status 65 case-new -q -r rejects <in
	shows .short_description '"good"'
	shows '.line' '1 2 3' rejects
}

@test "a closed case type rejects unknown members" {
	rejected '{"short_description":"x","case_type":"broadband-fault","fields":{"line":"L1"},"colour":"red"}' /colour unknown_member
	rejected '{"short_description":"x","case_type":"broadband-fault","fields":{"line":"L1","colour":"red"}}' /fields/colour unknown_member
}

@test "fields are checked against the case type" {
	rejected '{"short_description":"x","case_type":"broadband-fault"}' /fields/line required
	rejected '{"short_description":"x","case_type":"broadband-fault","fields":{"line":5}}' /fields/line invalid
	rejected '{"short_description":"x","case_type":"broadband-fault","fields":{"line":"L1","symptom":"sad"}}' /fields/symptom invalid
	rejected '{"short_description":"x","case_type":"broadband-fault","fields":{"line":"L1","down_mbit":-1}}' /fields/down_mbit invalid
	rejected '{"short_description":"x","case_type":"broadband-fault","fields":{"line":"L1","since":"noon"}}' /fields/since invalid
	rejected '{"short_description":"x","case_type":"onboarding","fields":{"plan":"home","start_date":"2026-13-01"}}' /fields/start_date invalid
	rejected '{"short_description":"x","case_type":"onboarding","fields":{"plan":"home","start_date":"2026-03-09","seats":1.5}}' /fields/seats invalid
	rejected '{"short_description":"x","fields":7}' /fields invalid
	accepted '{"short_description":"x","case_type":"broadband-fault","fields":{"line":"L1","symptom":"slow","since":"2026-03-01T10:00:00Z","down_mbit":2.5}}'
	shows .fields '{"line":"L1","symptom":"slow","since":"2026-03-01T10:00:00Z","down_mbit":2.5}'
}

@test "a case type that the policy does not know is rejected" {
	printf '%s\n' '{"short_description":"x","case_type":"nonsense"}' >record
	expect_status 65 case-new -q -r rejects <record
	shows .error.pointer '"/case_type"' rejects
}

@test "a reference to a record that is not there does not lose the request" {
	accepted '{"short_description":"x","account":"NOBODY","contact":"nobody@example.com","product":"no-product","asset":"no-asset"}'
	shows '[.account, .contact, .product, .asset]' '["NOBODY","nobody@example.com","no-product","no-asset"]'
}

@test "the same arrival again is the same case" {
	requests 1 erp | case-new -q >first
	at 10:00
	requests 1 erp >in
	expect_status 0 case-new <in
	shows '[.number, .duplicate, .differs, .updated_at]' '["CS0001001",true,null,"2026-03-02T09:00:00.000000Z"]'
	tells '1 read, 1 duplicate'
	[ "$(count cases)" -eq 1 ]
	[ "$(events CS0001001 case.duplicate | wc -l)" -eq 0 ]
	diff <(jq -S . first) <(jq -S 'del(.duplicate)' out)
}

@test "the same content in another order, with other blanks and ranks, does not differ" {
	case-new -q <<<'{"source":"s","external_id":"1","short_description":"x","impact":"1 - High","tags":["a"],"a":{"b":1,"c":2}}' >first
	expect_status 0 case-new -q <<<'{ "a": {"c": 2, "b": 1}, "impact": 1, "tags": [ "a" ], "short_description": "\u0078", "external_id": "1", "source": "s", "account": null }'
	shows '[.duplicate, .differs]' '[true,null]'
}

@test "a default that an arrival gives explicitly is no difference, another value is" {
	case-new -q <<<'{"source":"s","external_id":"1","short_description":"x"}' >first
	jq -c 'del(.number)' first >again
	expect_status 0 case-new -q --on-duplicate=reject <again
	shows '[.seq, .duplicate, .differs]' '[3,true,null]'
	expect_status 0 case-new -q --on-duplicate=update source=s external_id=1 impact=2 "x"
	shows '.differs' '["/impact"]'
	expect_status 0 case-new -q source=s external_id=1 impact=3 "x"
	shows '.differs' '["/impact"]'
	store-check
}

@test "a request that opens far in the future is taken" {
	expect_status 0 case-new -q opened_at=2120-01-01T00:00:00Z "x"
	expect_status 0 case-new -q opened_at=9000-01-01T00:00:00Z "x"
	store-check
}

@test "the same key within one batch is one case" {
	{ requests 3; requests 3; } >in
	expect_status 0 case-new <in
	shows '[.number, .duplicate]' '["CS0001001",null] ["CS0001002",null] ["CS0001003",null]
		["CS0001001",true] ["CS0001002",true] ["CS0001003",true]'
	tells '6 read, 3 new, 3 duplicate'
}

@test "the same key of another source is another case" {
	{ requests 1 a; requests 1 b; } | case-new -q >out
	shows .number '"CS0001001" "CS0001002"'
}

@test "an arrival with other content tells what differs, and keeps the case" {
	case-new -q <<<'{"source":"s","external_id":"1","short_description":"x","impact":3,"colour":"red"}' >first
	expect_status 0 case-new -q <<<'{"source":"s","external_id":"1","short_description":"y","impact":1,"colour":"blue","account":"ACME"}'
	shows '[.number, .duplicate, .short_description, .impact]' '["CS0001001",true,"x",3]'
	shows '.differs | sort' '["/account","/fields","/impact","/short_description"]'
	case-get CS0001001 >now
	shows '[.short_description, .impact, .account]' '["x",3,null]' now
}

@test "other content is journaled once a content" {
	requests 1 s | case-new -q >out
	for _ in 1 2 3; do
		requests 1 s | jq -c '.impact = 1' | case-new -q >out
	done
	[ "$(events CS0001001 case.duplicate | wc -l)" -eq 1 ]
	requests 1 s | jq -c '.impact = 2' | case-new -q >out
	[ "$(events CS0001001 case.duplicate | wc -l)" -eq 2 ]
	store-check
}

@test "--on-duplicate=update changes the case" {
	requests 1 s | case-new -q >out
	requests 1 s | jq -c '.impact = 1 | .urgency = 1' >in
	expect_status 0 case-new -q --on-duplicate=update <in
	shows '[.number, .duplicate, .impact, .priority]' '["CS0001001",true,1,1]'
	case-get CS0001001 >now
	shows '[.impact, .urgency, .priority]' '[1,1,1]' now
	[ "$(events CS0001001 case.updated | wc -l)" -eq 1 ]
	expect_status 0 case-new -q --on-duplicate=update <in
	shows '[.duplicate, .differs]' '[true,null]'
	[ "$(events CS0001001 case.updated | wc -l)" -eq 1 ]
	store-check
}

@test "--on-duplicate=reject rejects other content, not the same" {
	requests 1 s | case-new -q >out
	requests 1 s >same
	expect_status 0 case-new -q --on-duplicate=reject <same
	shows .duplicate true
	jq -c '.impact = 1' same >other
	expect_status 65 case-new -q --on-duplicate=reject -r rejects <other
	nothing_in out
	shows '[.error.code, .source, .external_id]' '["duplicate","s","1"]' rejects
	expect_status 64 case-new -q --on-duplicate=nonsense <same
}

@test "without a key every arrival is a new case, and the summary says how many" {
	printf '%s\n' '{"short_description":"x"}' '{"short_description":"x"}' '{"short_description":"x","source":"s","external_id":"1"}' >in
	expect_status 0 case-new <in
	shows .number '"CS0001001" "CS0001002" "CS0001003"'
	tells '3 read, 3 new, 2 without a key'
}

@test "--source and --id supply the key" {
	printf '%s\n' '{"order_no":"A-17","short_description":"x"}' '{"order_no":"A-18","short_description":"y"}' >in
	expect_status 0 case-new -q --source=erp --id=/order_no <in
	shows '[.source, .external_id]' '["erp","A-17"] ["erp","A-18"]'
	expect_status 0 case-new -q --source=erp --id=order_no <in
	shows '[.number, .duplicate]' '["CS0001001",true] ["CS0001002",true]'
	echo '{"order":{"no":17},"short_description":"x"}' >deep
	expect_status 0 case-new -q --source=erp --id=/order/no <deep
	shows .external_id '"17"'
	expect_status 0 case-new -q --source=erp --id=/order/no <deep
	shows .duplicate true
}

@test "--source is for records that name none" {
	echo '{"source":"web","external_id":"1","short_description":"x"}' >in
	expect_status 0 case-new -q --source=erp <in
	shows .source '"web"'
}

@test "numbers go up by one in the order of the input, and a reject takes none" {
	printf '%s\n' '{"short_description":"a"}' '{"impact":1}' '{"short_description":"b"}' >in
	expect_status 65 case-new -q <in
	shows '[.number, .short_description]' '["CS0001001","a"] ["CS0001002","b"]'
	case-new -q -n "dry" >dry
	[ "$(new_case "c")" = CS0001003 ]
}

@test "numbers are those of the policy in force" {
	rm -rf "$BATS_TEST_TMPDIR/store"
	make_store "$BATS_TEST_TMPDIR/store"
	policy_edit casework.json '.number = {prefix: "HD", digits: 4, first: 9999}'
	[ "$(new_case "a")" = HD9999 ]
	[ "$(new_case "b")" = HD10000 ]
	[ "$(case-get HD10000 | jq -r .short_description)" = b ]
}

@test "what arrived is journaled with who, with what, and under which policy" {
	as maria case-new -q account=ACME "Line down" >out
	events CS0001001 case.created >created
	shows '[.subject, .seq, .at, .recorded_at, .actor, .uid, .tool, .type, .config, .data.record.account]' \
		"[\"CS0001001\",1,\"2026-03-02T09:00:00.000000Z\",\"2026-03-02T09:00:00.000000Z\",\"maria\",$(id -u),\"case-new\",\"case.created\",\"$(git -C "$CASEWORK_CONFIG" rev-parse HEAD)\",\"ACME\"]" created
}

@test "--on-duplicate=update leaves what the second arrival does not say" {
	requests 1 s | jq -c '.opened_at = "2026-03-02T08:00:00Z" | .impact = 1' | case-new -q >out
	requests 1 s | jq -c '.short_description = "again"' >in
	expect_status 0 case-new -q --on-duplicate=update <in
	shows '[.short_description, .opened_at[11:16], .impact]' '["again","08:00",1]'
	store-check
}

@test "a member that is named like one the store keeps for itself is an unknown member" {
	accepted "$(with '{"size":5}')"
	shows '[.size, .fields.size]' '[null,5]'
}

@test "--on-duplicate=update takes fields by the type that the case has, and cannot change the type" {
	requests 1 s | jq -c '.case_type = "broadband-fault" | .fields = {line: "L1", symptom: "no_sync"}' | case-new -q >out
	requests 1 s | jq -c '.fields = {line: "L2", symptom: "no_sync"}' >in
	expect_status 0 case-new -q --on-duplicate=update <in
	shows '[.case_type, .fields.line, .differs]' '["broadband-fault","L2",["/case_type","/fields"]]'
	requests 1 s | jq -c '.case_type = "general"' >in
	expect_status 65 case-new -q --on-duplicate=update <in
	tells '/case_type: cannot be changed'
}
