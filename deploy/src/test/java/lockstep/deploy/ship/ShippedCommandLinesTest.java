package lockstep.deploy.ship;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

import lockstep.deploy.CommandLines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Every lockstep command in what is shipped and documented is one that the command line takes. */
class ShippedCommandLinesTest {
    private static CommandLine commandLine() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        return CommandLines.of(nowhere, nowhere);
    }

    @TestFactory
    Stream<DynamicTest> eachIsTaken() {
        Map<String, List<String>> commands = new TreeMap<>();
        Shipped.services()
            .forEach((name, service) -> commands.put("compose.yaml: " + name, Shipped.strings(Shipped.at(service, "command"))));
        commands.put("kubernetes.yaml", Shipped.strings(Shipped.at(Shipped.container(), "args")));
        commands.put("kubernetes.yaml: the first pod", Shipped.firstPodsArguments());
        commands.put("lockstep.service", Shipped.systemdArguments());
        for (Path document : Shipped.DOCUMENTS) {
            for (List<String> arguments : Shipped.documentedArguments(document)) {
                commands.put(Shipped.ROOT.relativize(document) + ": " + String.join(" ", arguments), arguments);
            }
        }
        for (List<String> arguments : soakArguments()) {
            commands.put("soak.sh: " + String.join(" ", arguments), arguments);
        }
        for (String source : List.of("README.md", "compose.yaml", "deploy/README.md", "kubernetes.yaml", "lockstep.service", "soak.sh")) {
            assertTrue(commands.keySet().stream().anyMatch(name -> name.startsWith(source)), "no command found in " + source);
        }
        return commands.entrySet().stream()
            .map(command -> DynamicTest.dynamicTest(command.getKey(),
                () -> commandLine().parseArgs(command.getValue().toArray(String[]::new))));
    }

    @Test
    void anUnknownOptionWouldBeSeen() {
        List<String> arguments = new ArrayList<>(Shipped.systemdArguments());
        arguments.add("--secrets-file=x");
        assertThrows(ParameterException.class, () -> commandLine().parseArgs(arguments.toArray(String[]::new)));
    }

    /** The commands of soak.sh, a number in each place of a variable. */
    private static List<List<String>> soakArguments() {
        String script = String.join("\n", Shipped.lines(Shipped.SOAK)).replaceAll("\\$\\(\\([^)]*\\)\\)|\\$\\w+", "1");
        Matcher array = Pattern.compile("(?s)\ntrain=\\((.*?)\"1@\"\\)\n").matcher(script.replace("$@", "1@"));
        assertTrue(array.find(), script);
        String train = array.group(1).replace('\n', ' ');
        List<List<String>> commands = new ArrayList<>();
        for (Matcher call = Pattern.compile("(?m)^ *\"1\" (.*?) > ").matcher(script); call.find();) {
            commands.add(Shipped.words(call.group(1).replace("\"${train[@]}\"", train)));
        }
        assertEquals(3, commands.size(), "soak.sh: " + commands);
        return commands;
    }
}
