package lockstep.deploy.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** What the small files of a run's directory share. */
final class RunFiles {
    private RunFiles() {}

    static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
            channel.write(source);
        }
    }
}
