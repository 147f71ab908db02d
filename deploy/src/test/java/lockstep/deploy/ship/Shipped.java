package lockstep.deploy.ship;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files that ship Lockstep, as the tests read them. */
final class Shipped {
    static final Path ROOT = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize().getParent();
    static final Path DOCKERFILE = ROOT.resolve("deploy/Dockerfile");
    static final Path COMPOSE = ROOT.resolve("deploy/compose.yaml");
    static final Path KUBERNETES = ROOT.resolve("deploy/kubernetes.yaml");
    static final Path SYSTEMD = ROOT.resolve("deploy/lockstep.service");
    static final Path SOAK = ROOT.resolve("deploy/soak.sh");
    static final List<Path> DOCUMENTS = List.of(ROOT.resolve("README.md"), ROOT.resolve("deploy/README.md"));
    private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+");
    private static final Pattern CONTINUED = Pattern.compile(" *\\\\\\n *");

    private Shipped() {}

    /** The lines of a file, those that end in a backslash joined with the next. */
    static List<String> lines(Path file) {
        try {
            return CONTINUED.matcher(Files.readString(file)).replaceAll(" ").lines().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Words as a shell splits them, quotes taken off. */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        for (Matcher word = WORD.matcher(line); word.find();) {
            words.add(word.group().replaceAll("['\"]", ""));
        }
        return words;
    }

    static List<Map<String, Object>> yaml(Path file) {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        List<Map<String, Object>> documents = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(strict)).loadAll(read(file))) {
            documents.add(map(document));
        }
        return documents;
    }

    /** What lies at a path of keys; a number picks from a list. */
    static Object at(Object yaml, String path) {
        Object found = yaml;
        for (String key : path.split("/", -1)) {
            found = found instanceof List<?> list ? list.get(Integer.parseInt(key)) : map(found).get(key);
            if (found == null) {
                throw new AssertionError(path + ": nothing at " + key);
            }
        }
        return found;
    }

    static List<String> strings(Object yaml) {
        return ((List<?>) yaml).stream().map(String::valueOf).toList();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object yaml) {
        return (Map<String, Object>) yaml;
    }

    /** Each service of compose.yaml. */
    static Map<String, Object> services() {
        return map(at(yaml(COMPOSE).getFirst(), "services"));
    }

    /** The object of that kind in kubernetes.yaml. */
    static Map<String, Object> kind(String kind) {
        return yaml(KUBERNETES).stream().filter(each -> each.get("kind").equals(kind)).findFirst().orElseThrow();
    }

    static Object container() {
        return at(kind("StatefulSet"), "spec/template/spec/containers/0");
    }

    /** Arguments of the service's command on the machine that begins the run. */
    static List<String> systemdArguments() {
        String begins = lines(SYSTEMD).stream().flatMap(line -> Pattern.compile("LOCKSTEP_BEGIN=(\\S+ \\S+)").matcher(line).results())
            .map(found -> found.group(1)).findFirst().orElseThrow();
        List<String> words = lines(SYSTEMD).stream().filter(line -> line.startsWith("ExecStart="))
            .map(line -> words(line.replace("$LOCKSTEP_BEGIN", begins))).findFirst().orElseThrow();
        return words.subList(words.indexOf("/opt/lockstep/lockstep.jar") + 1, words.size());
    }

    /** The shell's line that starts a pod. */
    static String podScript() {
        return strings(at(container(), "command")).get(2);
    }

    /** Arguments of the pod that begins the run. */
    static List<String> firstPodsArguments() {
        List<String> arguments = new ArrayList<>(strings(at(container(), "args")));
        Matcher more = Pattern.compile("\\*-0\\) set -- \"\\$@\" (\\S+) ;;").matcher(podScript());
        if (!more.find()) {
            throw new AssertionError(podScript());
        }
        arguments.add(more.group(1));
        return arguments;
    }

    /** Arguments of each lockstep command in a document's fenced blocks. */
    static List<List<String>> documentedArguments(Path document) {
        List<List<String>> commands = new ArrayList<>();
        boolean fenced = false;
        for (String line : lines(document)) {
            if (line.startsWith("```")) {
                fenced = !fenced;
            } else if (fenced) {
                Stream.of(line.split(" && ")).map(Shipped::lockstepArguments).filter(found -> !found.isEmpty()).forEach(commands::add);
            }
        }
        return commands;
    }

    private static List<String> lockstepArguments(String line) {
        List<String> words = words(line.replaceAll("(^|\\s)#.*", "").replaceFirst("^\\$ ", ""));
        if (!words.isEmpty() && words.getFirst().equals("./lockstep")) {
            return words.subList(1, words.size());
        }
        if (words.size() > 2 && words.subList(0, 2).equals(List.of("docker", "run"))) {
            return words.subList(words.indexOf("lockstep") + 1, words.size());
        }
        return List.of();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
