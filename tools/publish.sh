#!/bin/sh
# Put the built book into a folder that any web server gives out. usage: publish.sh DIR [SITE]
# A book that is not whole is refused. The copy is made beside DIR and renamed: a reader never meets half a site.
set -eu
[ $# -ge 1 ] || { printf 'usage: publish.sh DIR [SITE]\n' >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
target=${1%/} site=${2:-$root/_build/html}

say() { printf '%s\n' "$*" >&2; }
refuse() { say "Not published: $*. What is in $target stays as it was. Run: make book"; exit 1; }

# Every page of the contents, and what a page cannot do without.
for page in index $(sed -n 's/^ *- file: *//p' "$root/_toc.yml"); do
  [ -s "$site/$page.html" ] || refuse "there is no page $page.html in $site"
  tail -c 200 "$site/$page.html" | grep -q '</html>' || refuse "the page $page.html ends early"
done
for file in book.pdf data/datapackage.json _static/casebook.css _static/casebook.js searchindex.js; do
  [ -s "$site/$file" ] || refuse "there is no $file in $site"
done
[ ! -e "$target" ] || [ -f "$target/index.html" ] || [ -z "$(ls -A "$target")" ] ||
  refuse "$target holds something else than a site"

aside="$target.next.$$" gone="$target.last.$$"
mkdir -p "$(dirname "$target")"
trap 'rm -rf "$aside"' EXIT
cp -R "$site" "$aside"
[ ! -f "$root/_build/archive.zip" ] || cp "$root/_build/archive.zip" "$aside/archive.zip"
# Pages of some hosts leave out folders that begin with an underscore unless this file is there.
: > "$aside/.nojekyll"
[ ! -e "$target" ] || mv "$target" "$gone"
mv "$aside" "$target" || { [ ! -e "$gone" ] || mv "$gone" "$target"; refuse "$target could not be written"; }
rm -rf "$gone"
say "Published to $target: $(find "$target" -name '*.html' | wc -l | tr -d ' ') pages."
