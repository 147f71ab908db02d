package lockstep.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Lockstep's main class in a JVM of its own, with the class path of the tests. */
public final class MainProcess {
    private MainProcess() {}

    /** The command line of such a JVM. */
    public static List<String> command(List<String> jvmOptions, List<String> arguments) {
        List<String> all = new ArrayList<>(jvmOptions);
        all.addAll(LoadedClasses.OPTIONS);
        return command(all, LoadedClasses.CLASS_PATH, arguments);
    }

    static List<String> command(List<String> jvmOptions, String classPath, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
            "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath, Main.class.getName()));
        command.addAll(arguments);
        return command;
    }
}
