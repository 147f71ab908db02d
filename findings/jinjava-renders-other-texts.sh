#!/usr/bin/env bash
# com.hubspot.jinjava:jinjava 2.8.4 (Maven Central) beside jinja2 3.1.6 (PyPI), whose language it says it has;
# JDK 17 or newer, Maven, Python 3.9 or newer; seen 2026-11-30 on JDK 17.
#
# Behaviour: valid templates give another text, and the result lists no error: a loop with a condition and the else of
# an empty loop print nothing, a negative number loses its sign before // and %, and "and" gives a truth value.
# Expected: jinja2's text, or an error. Chat templates filter messages by just such loops.
# Output seen (template | jinja2 | jinjava):
#   {% for x in [1, 2, 3] if x > 1 %}{{ x }}{% endfor %} | 23 |
#   {% for x in [] %}{{ x }}{% else %}none{% endfor %} | none |
#   {{ -7 // 2 }} {{ -7 % 3 }} | -4 2 | 3 1
#   {{ 'a' and 'b' }} | b | true
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/v"
"$dir/v/bin/pip" -q install jinja2==3.1.6
cat > "$dir/pom.xml" <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.hubspot.jinjava</groupId><artifactId>jinjava</artifactId><version>2.8.4</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
XML
(cd "$dir" && mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib)
cat > "$dir/templates" <<'TEXT'
{% for x in [1, 2, 3] if x > 1 %}{{ x }}{% endfor %}
{% for x in [] %}{{ x }}{% else %}none{% endfor %}
{{ -7 // 2 }} {{ -7 % 3 }}
{{ 'a' and 'b' }}
TEXT
cat > "$dir/Theirs.java" <<'JAVA'
import com.hubspot.jinjava.Jinjava;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

public class Theirs {
    public static void main(String[] args) throws Exception {
        for (String template : Files.readAllLines(Path.of(args[0]))) {
            var result = new Jinjava().renderForResult(template, Map.of());
            System.out.println(result.getErrors().isEmpty() ? result.getOutput() : "an error");
        }
    }
}
JAVA
java -cp "$dir/lib/*" "$dir/Theirs.java" "$dir/templates" > "$dir/theirs"
"$dir/v/bin/python" - "$dir" <<'PY'
import sys
from jinja2 import Environment

templates, theirs = (open(f"{sys.argv[1]}/{name}").read().splitlines() for name in ["templates", "theirs"])
python = [Environment().from_string(text).render() for text in templates]
for row in zip(templates, python, theirs):
    print(" | ".join(row))
sys.exit(0 if (python, theirs) == (["23", "none", "-4 2", "b"], ["", "", "3 1", "true"]) else "the behaviour has changed")
PY
