#!/usr/bin/env bats
# case-enrich: the context of a case - who asks and by what right, what is like it, what it is part of.

load helper

more_setup_file() {
	crm-put -q <<-'END' >"$HOME/more.json"
		{"kind":"account","key":"MILL","name":"Mill"}
		{"kind":"account","key":"MILL-EAST","name":"Mill East","parent":"MILL"}
		{"kind":"account","key":"DOCK","name":"Dock"}
		{"kind":"account","key":"RESELL","name":"Reseller","partner":true}
		{"kind":"account","key":"CLERK","name":"No partner"}
		{"kind":"account_relationship","from":"RESELL","to":"MILL","type":"reseller_of","reverse":"customer_of","ends_at":"2026-06-01T00:00:00Z"}
		{"kind":"account_relationship","from":"CLERK","to":"MILL","type":"neighbour_of"}
		{"kind":"contact","key":"mill-1","account":"MILL","email":"one@mill.example","phones":["+49 40 555010","+49 40 555011"]}
		{"kind":"contact","key":"mill-2","account":"MILL","email":"two@mill.example","emails":["desk@mill.example"]}
		{"kind":"contact","key":"dock-1","account":"DOCK","email":"one@dock.example","emails":["desk@mill.example"]}
		{"kind":"contact","key":"resell-1","account":"RESELL","email":"one@resell.example"}
		{"kind":"contact","key":"clerk-1","account":"CLERK"}
		{"kind":"contact","key":"friend","account":"DOCK","accounts":[{"account":"MILL","relation":"adviser","starts_at":"2026-01-01T00:00:00Z","ends_at":"2026-04-01T00:00:00Z"}]}
		{"kind":"consumer","key":"ann","name":"Ann","email":"Ann@home.example"}
		{"kind":"consumer","key":"ben","name":"Ben","phone":"+49305550199"}
		{"kind":"consumer","key":"cid","name":"Cid"}
		{"kind":"household","key":"H1","members":[{"consumer":"ann","head":true},{"consumer":"ben","starts_at":"2026-01-01T00:00:00Z"},{"consumer":"cid","ends_at":"2026-01-01T00:00:00Z"}]}
		{"kind":"ci","key":"core","name":"core router","class":"router","criticality":"critical"}
		{"kind":"ci","key":"pop","class":"switch"}
		{"kind":"ci","key":"line-1","class":"line"}
		{"kind":"ci","key":"mail","name":"mail","class":"service","criticality":2}
		{"kind":"ci_relation","from":"line-1","to":"pop","type":"depends_on"}
		{"kind":"ci_relation","from":"pop","to":"core","type":"connected_to"}
		{"kind":"ci_relation","from":"mail","to":"core","type":"runs_on"}
		{"kind":"asset","key":"mill-line","account":"MILL","ci":"line-1","product":"dsl-50"}
		{"kind":"asset","key":"mill-vault","account":"MILL","contacts":[{"contact":"mill-2"}]}
		{"kind":"asset","key":"dock-mail","account":"DOCK","ci":"mail"}
		{"kind":"asset","key":"core-box","account":"DOCK","ci":"core"}
		{"kind":"asset","key":"ben-box","consumer":"ben"}
	END
}

enriched() {
	local number
	number=$(new_case "$@")
	expect_status 0 case-enrich -q "$number"
}

# who JSON OPERAND...: verified, the reason and the right of a case.
who() {
	local want=$1
	shift
	enriched "$@" "Help"
	shows '.context | [.verified, .reason, .on_behalf]' "$want"
}

@test "a contact asks for its own account" {
	who '[true,null,null]' contact=mill-1
	shows .account '"MILL"'
	who '[true,null,null]' contact=mill-1 account=MILL
}

@test "whoever names a foreign account is flagged, and the case goes on" {
	who '[false,"foreign_account",null]' contact=dock-1 account=MILL
	shows '[.account, .progress, .context.account.name, .context.contact.key]' '["MILL","enriched","Mill","dock-1"]'
	who '[false,"foreign_account",null]' contact=mill-1 account=MILL-EAST
	who '[false,"foreign_account",null]' contact=ann account=MILL
}

@test "a related contact may ask while the relation holds" {
	who '[true,null,"related"]' contact=friend account=MILL
	who '[false,"foreign_account",null]' contact=friend account=MILL opened_at=2025-12-31T23:59:59Z
	at 2026-04-01T00:00
	who '[false,"foreign_account",null]' contact=friend account=MILL
}

@test "a partner's contact may ask for the accounts that the partner is related to" {
	who '[true,null,"partner"]' contact=resell-1 account=MILL
	who '[false,"foreign_account",null]' contact=resell-1 account=DOCK
	who '[false,"foreign_account",null]' contact=clerk-1 account=MILL
	at 2026-06-01T00:00
	who '[false,"foreign_account",null]' contact=resell-1 account=MILL
}

@test "a consumer asks for itself, found by key, e-mail or phone" {
	who '[true,null,null]' consumer=ann
	shows '.context.consumer.name' '"Ann"'
	who '[true,null,null]' contact=ann@HOME.example
	shows '[.contact, .consumer, .account]' '["ann","ann",null]'
	who '[true,null,null]' contact='0049 30 555 0199'
	shows '[.contact, .consumer]' '["ben","ben"]'
}

@test "the head of a household asks for its members, and nobody else does" {
	who '[true,null,"household"]' contact=ann consumer=ben
	shows '.context | [.contact.key, .consumer.key]' '["ann","ben"]'
	who '[false,"foreign_consumer",null]' contact=ben consumer=ann
	who '[false,"foreign_consumer",null]' contact=ann consumer=cid
	who '[false,"foreign_consumer",null]' contact=ann consumer=ben opened_at=2025-12-01T00:00:00Z
	who '[true,null,"household"]' contact=ann consumer=cid opened_at=2025-12-01T00:00:00Z
}

@test "an address of several people is nobody's, unless the account tells them apart" {
	who '[false,"ambiguous_contact",null]' contact=desk@mill.example
	shows '[.contact, .context.problems[0].code]' '["desk@mill.example","ambiguous_reference"]'
	who '[true,null,null]' contact=desk@mill.example account=MILL
	shows .contact '"mill-2"'
}

@test "every address of a contact finds it" {
	enriched contact=+4940555011 "Help"
	shows .contact '"mill-1"'
}

@test "an asset's own contacts are the only ones who may ask for it" {
	who '[true,null,null]' contact=mill-2 asset=mill-vault
	who '[false,"asset_contact",null]' contact=mill-1 asset=mill-vault
}

@test "somebody else's asset is flagged, and its owner is taken only from whoever may ask for it" {
	who '[false,"foreign_asset",null]' contact=dock-1 asset=mill-line
	shows .account '"DOCK"'
	who '[true,null,"partner"]' contact=resell-1 asset=mill-line
	shows .account '"MILL"'
	who '[false,"foreign_asset",null]' contact=mill-1 asset=ben-box
	who '[true,null,"household"]' contact=ann asset=ben-box
}

@test "nobody, somebody unknown and somebody retired are not verified" {
	who '[false,"no_contact",null]' account=MILL
	who '[false,"unknown_contact",null]' contact=ghost
	who '[false,"unknown_consumer",null]' consumer=ghost
	echo '{"kind":"contact","key":"mill-1","active":false}' | crm-put -q >retired
	who '[false,"retired_contact",null]' contact=mill-1
	who '[false,"unknown_contact",null]' contact=one@mill.example
}

@test "the context has a version and a time, and enriching again journals only what changed" {
	enriched contact=mill-1 asset=mill-line "Slow"
	shows '.context | [.version, .at]' '[1,"2026-03-02T09:00:00.000000Z"]'
	at 10:00
	expect_status 0 case-enrich -q --again CS0001001
	shows '[.unchanged, .context.version, .context.at]' '[true,1,"2026-03-02T09:00:00.000000Z"]'
	echo '{"kind":"account","key":"MILL","tier":"gold"}' | crm-put -q >put
	expect_status 0 case-enrich -q --again CS0001001
	shows '.context | [.version, .at, .account.tier, .asset.key]' '[2,"2026-03-02T10:00:00.000000Z","gold","mill-line"]'
	events CS0001001 case.enriched | tail -n 1 >event
	shows '.data.context | keys' '["account","at","version"]' event
	store-check
}

@test "what is gone from the context is journaled as gone" {
	enriched contact=ghost "Help"
	at 10:00
	echo '{"kind":"contact","key":"ghost","account":"MILL"}' | crm-put -q >put
	expect_status 0 case-enrich -q --again CS0001001
	shows '.context | [.verified, .reason, .problems]' '[true,null,null]'
	events CS0001001 case.enriched | tail -n 1 >event
	shows '.data.context | [has("problems"), .problems, .reason]' '[true,null,null]' event
	store-check
}

@test "history tells how many were reopened and how long the resolved ones took" {
	local first
	first=$(intake contact=mill-1 "First")
	at 2026-03-03T21:00
	case-resolve -q --code=solved --notes=done --cancel-open --reason=test "$first" >resolved
	at 2026-03-04T09:00
	enriched contact=mill-1 "Second"
	shows .context.history.contact '{"active":0,"recent":1,"reopened":0,"average_days":1.5}'
	case-update -q --reopen "$first" >reopened
	enriched contact=mill-1 "Third"
	shows '.context.history | [.contact, .account] | map(del(.recent))' '[{"active":2,"reopened":1},{"active":2,"reopened":1}]'
}

@test "the last three cases like this one are those of the same asset or category" {
	local i
	for i in 1 2 3 4; do new_case contact=mill-1 category=billing "Bill $i"; done >numbers
	new_case contact=dock-1 asset=mill-line category=billing "Both" >>numbers
	new_case contact=dock-1 category=network "Other" >>numbers
	enriched contact=mill-1 asset=mill-line category=billing "Mine"
	shows '[.context.similar[] | [.number, .same]]' '[["CS0001005","asset"],["CS0001004","category"],["CS0001003","category"]]'
	enriched contact=mill-1 category=unheard-of "None"
	shows .context.similar null
}

@test "an open major case on an item that is touched becomes the parent" {
	new_case contact=dock-1 asset=core-box major=true "Core is down" >number
	enriched contact=mill-1 asset=mill-line "Line down"
	shows .parent '"CS0001001"'
	case-update -q --cancel --reason=over CS0001001 >cancelled
	enriched contact=mill-1 asset=mill-line "Line down again"
	shows .parent null
	expect_status 0 case-enrich -q --again CS0001002
	shows .parent null
}

@test "what the asset touches is told, nearest or most critical first, and conditions read it" {
	enriched contact=mill-1 asset=mill-line "Line down"
	shows '[.context.upstream[] | [.key, .distance, .customers]]' '[["pop",1,2],["core",2,2]]'
	shows .context.services null
	enriched contact=dock-1 asset=core-box "Core is down"
	shows '.context.services' '[{"key":"mail","name":"mail","criticality":"high","customers":1,"distance":1}]'
	shows '[.context.upstream[].key]' '["pop"]'
	expect_status 0 case-list -q --where='{"services.criticality":"high"}' --format=json
	shows .number '"CS0001002"'
}

@test "--explain tells of every candidate why it lost, also afterwards" {
	crm-put -q entitlement <<-'END' >put
		{"key":"best","account":"MILL","product":"dsl-50","level":"gold","ends_at":"2027-01-01T00:00:00Z"}
		{"key":"worse","account":"MILL","level":"silver"}
		{"key":"ended","account":"MILL","ends_at":"2026-01-01T00:00:00Z"}
		{"key":"by-phone","account":"MILL","channel":"phone","state":"suspended"}
	END
	new_case contact=mill-1 asset=mill-line channel=web "Slow" >number
	expect_status 0 case-enrich -q --explain CS0001001
	shows '.explain.requester' '{"kind":"contact","key":"mill-1","account":"MILL","verified":true}'
	shows '.explain.entitlements | sort_by(.key) | map([.key, .score, .chosen, .lost_by, .failed])' \
		'[["best",3,true,null,null],["by-phone",1,null,null,["suspended","channel"]],["ended",1,null,null,["ended"]],["worse",1,null,"score",null]]'
	expect_status 0 case-enrich -q --explain CS0001001
	shows '[.unchanged, .explain.entitlements[0].key]' '[true,"best"]'
	expect_status 0 case-enrich -q CS0001001
	shows .explain null
}

@test "an entitlement of a parent account covers its children, the nearest first" {
	crm-put -q entitlement <<-'END' >put
		{"key":"group","account":"MILL","level":"gold"}
	END
	enriched account=MILL-EAST "Help"
	shows .entitlement '"group"'
	echo '{"key":"own","account":"MILL-EAST","level":"bronze"}' | crm-put -q entitlement >put
	enriched account=MILL-EAST "Help"
	shows .entitlement '"own"'
}
