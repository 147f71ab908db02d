package lockstep.deploy.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import lockstep.node.train.Memory;

/** What a run is trained on, for whoever reads of it later. */
final class ThisMachine {
    private static final Path LINUX = Path.of("/proc/cpuinfo");
    private static final String NAME = "model name";

    private ThisMachine() {}

    static Map<String, Object> about() {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("processor", processor());
        about.put("processors", Runtime.getRuntime().availableProcessors());
        about.put("memoryBytes", Memory.ofThisJvm().machineBytes());
        return about;
    }

    /** Its name where the system tells it, else its architecture. */
    private static String processor() {
        String architecture = System.getProperty("os.arch");
        if (!Files.isReadable(LINUX)) {
            return architecture;
        }
        try (BufferedReader reader = Files.newBufferedReader(LINUX)) {
            return reader.lines().filter(line -> line.startsWith(NAME) && line.contains(":")).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse(architecture);
        } catch (IOException e) {
            return architecture; // of no matter to the run
        }
    }
}
