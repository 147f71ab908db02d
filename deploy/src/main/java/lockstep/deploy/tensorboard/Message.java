package lockstep.deploy.tensorboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

import com.google.protobuf.CodedOutputStream;

/** The fields of one protobuf message. */
@FunctionalInterface
interface Message {
    void write(CodedOutputStream out) throws IOException;

    /** The message as another one holds it. */
    default byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            write(out);
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }
}
