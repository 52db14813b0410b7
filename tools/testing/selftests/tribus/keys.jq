# SPDX-License-Identifier: GPL-2.0
#
# What the schema promises, a line for each part: the type of a key, that it is always
# there, a word that it can have.

. as $root |

def promises($s; $path):
	if $s["$ref"] then promises($root["$defs"][$s["$ref"] | ltrimstr("#/$defs/")]; $path)
	else
		"\($path) \($s.type // ($s.enum[0] | type))",
		($s.enum // [] | .[] | "\($path) = \(.)"),
		($s.required // [] | .[] | "\($path).\(.) always"),
		($s.properties // {} | to_entries[] | .key as $k | promises(.value; "\($path).\($k)")),
		(if $s.items then promises($s.items; "\($path)[]") else empty end),
		(if $s.additionalProperties then promises($s.additionalProperties; "\($path).*")
		else empty end)
	end;

"parents", "types", "slices", "slice_stats", "flushed", "event", "restored"
	| . as $what | promises($root["$defs"][$what]; $what)
