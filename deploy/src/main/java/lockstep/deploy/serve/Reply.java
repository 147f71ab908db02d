package lockstep.deploy.serve;

import java.io.IOException;

/** An answer on its way to the client. Every method throws where the client is gone. */
interface Reply {
    /** Nothing new: shows both sides that the other is there. */
    void alive() throws IOException;

    void read(JobEvent.Read read) throws IOException;

    void text(JobEvent.Text text) throws IOException;

    void done(JobEvent.Done done) throws IOException;

    /** All choices are whole. */
    void end() throws IOException;

    void fail(ApiError error) throws IOException;
}
