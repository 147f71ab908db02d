package lockstep.coordinator.member;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.JavaSerializationFilterConfig;

/**
 * The only classes that Java serialisation may bring back to life here. Hazelcast answers a request that failed on the other side with a Java-serialised Throwable, and with all
 * of them refused such a request would never be answered. These are the ones that its operation service and executor send (read in its sources), and what a
 * Throwable consists of. None has code that runs while it is read. A cause of another class makes the reply unreadable, which is an error like another.
 */
final class ErrorReplies {
    private static final String[] THROWABLES = {
        "java.lang.Throwable", "java.lang.Exception", "java.lang.RuntimeException", "java.lang.IllegalStateException",
        "java.lang.IllegalArgumentException", "java.lang.SecurityException", "java.lang.NullPointerException",
        "java.lang.ClassCastException",
        "java.lang.Error", "java.lang.LinkageError", "java.lang.VirtualMachineError", "java.lang.OutOfMemoryError",
        "java.lang.ReflectiveOperationException", "java.lang.ClassNotFoundException", "java.lang.NegativeArraySizeException",
        "java.lang.IndexOutOfBoundsException", "java.lang.ArrayIndexOutOfBoundsException", "java.io.IOException", "java.io.EOFException",
        "java.io.ObjectStreamException", "java.io.InvalidClassException", "java.io.NotSerializableException",
        "java.io.StreamCorruptedException", "java.io.UTFDataFormatException",
        "java.util.concurrent.RejectedExecutionException", "java.util.concurrent.CancellationException",
        "java.util.concurrent.ExecutionException", "java.util.concurrent.TimeoutException",
        "com.hazelcast.core.HazelcastException", "com.hazelcast.core.HazelcastInstanceNotActiveException",
        "com.hazelcast.core.MemberLeftException", "com.hazelcast.core.OperationTimeoutException",
        "com.hazelcast.core.IndeterminateOperationStateException",
        "com.hazelcast.nio.serialization.HazelcastSerializationException",
        "com.hazelcast.spi.exception.RetryableHazelcastException", "com.hazelcast.spi.exception.RetryableIOException",
        "com.hazelcast.spi.exception.CallerNotMemberException", "com.hazelcast.spi.exception.TargetNotMemberException",
        "com.hazelcast.spi.exception.TargetDisconnectedException", "com.hazelcast.spi.exception.WrongTargetException",
        "com.hazelcast.spi.exception.PartitionMigratingException", "com.hazelcast.spi.exception.ServiceNotFoundException",
        "com.hazelcast.spi.exception.DistributedObjectDestroyedException", "com.hazelcast.spi.exception.ResponseAlreadySentException"};

    /** What fields of Throwable hold: the trace, and the empty lists that the JDK keeps where nothing was suppressed. */
    private static final String[] PARTS = {
        "java.lang.StackTraceElement", "[Ljava.lang.StackTraceElement;", "[Ljava.lang.Throwable;", "java.util.Collections$EmptyList",
        "java.util.Collections$UnmodifiableList", "java.util.Collections$UnmodifiableCollection",
        "java.util.Collections$UnmodifiableRandomAccessList",
        "java.util.ArrayList", "java.lang.String", "java.lang.Object", "[Ljava.lang.Object;"};

    private ErrorReplies() {}

    static JavaSerializationFilterConfig filter() {
        JavaSerializationFilterConfig config = new JavaSerializationFilterConfig();
        config.setDefaultsDisabled(true);
        config.setWhitelist(new ClassFilter().addClasses(THROWABLES).addClasses(PARTS));
        return config;
    }

    /** For Hazelcast's compact format, which builds objects of any class by reflection: of none. An empty list with the defaults off means that. */
    static JavaSerializationFilterConfig nothing() {
        JavaSerializationFilterConfig config = new JavaSerializationFilterConfig();
        config.setDefaultsDisabled(true);
        config.setWhitelist(new ClassFilter());
        return config;
    }
}
