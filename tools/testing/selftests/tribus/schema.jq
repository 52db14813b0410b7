# SPDX-License-Identifier: GPL-2.0
#
# Does the input agree with $schema[0]."$defs"[$what]? Prints where it does not. Of JSON
# Schema there is what our schema uses, and a keyword besides is an error. The schema
# lets a reader expect keys that it does not have; here such a key is one that was forgotten.

def root: $schema[0];

def keywords: ["type", "properties", "required", "additionalProperties", "items",
	"enum", "pattern", "minimum", "$ref"];

def kind: type as $t | if $t == "number" and . == floor then "integer" else $t end;

def wrong($path; $text): "\($path): \($text)";

def against($s; $path):
	. as $v |
	(($s | keys_unsorted[] | select(. as $k | keywords | index([$k]) | not)) as $k
		| wrong($path; "the schema has \"\($k)\"")),
	(if $s["$ref"] then
		against(root["$defs"][$s["$ref"] | ltrimstr("#/$defs/")] // error($s["$ref"]); $path)
	else empty end),
	(if $s.type and ($v | kind) != $s.type then wrong($path; "is no \($s.type)") else empty end),
	(if $s.enum and ($s.enum | index([$v]) | not) then wrong($path; "\($v) is no word for it")
	else empty end),
	(if $s.pattern and ($v | type) == "string" and ($v | test($s.pattern) | not)
	then wrong($path; "\($v) does not match") else empty end),
	(if $s.minimum and ($v | type) == "number" and $v < $s.minimum then wrong($path; "too small")
	else empty end),
	(if $v | type == "array" and $s.items then
		$v | to_entries[] as $e | $e.value | against($s.items; "\($path)[\($e.key)]")
	else empty end),
	(if $v | type == "object" then
		($s.required // [] | .[] | select(. as $k | $v | has($k) | not)
			| wrong($path; "no \(.)")),
		($v | to_entries[] as $e | ($s.properties // {})[$e.key] as $p |
			if $p then $e.value | against($p; "\($path).\($e.key)")
			elif $s.additionalProperties then
				$e.value | against($s.additionalProperties; "\($path).\($e.key)")
			elif $s.properties then wrong($path; "\($e.key) is unknown")
			else empty end)
	else empty end);

against(root["$defs"][$what]; $what)
