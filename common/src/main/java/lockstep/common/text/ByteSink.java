package lockstep.common.text;

/** Takes bytes. {@link Utf8Stream} is one, and {@code ByteArrayOutputStream::write} fits. */
@FunctionalInterface
public interface ByteSink {
    void write(byte[] bytes, int offset, int count);
}
