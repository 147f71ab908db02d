package lockstep.node.train;

import java.lang.management.ManagementFactory;

import com.sun.management.OperatingSystemMXBean;

/**
 * What there is.
 *
 * @param heapBytes what this JVM's heap may grow to
 * @param machineBytes memory of the machine, or of the container that the JVM runs in
 */
public record Memory(long heapBytes, long machineBytes) {
    public static Memory ofThisJvm() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Memory(Runtime.getRuntime().maxMemory(), system.getTotalMemorySize());
    }
}
