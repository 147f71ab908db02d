package lockstep.deploy.train;

import lockstep.common.text.ProgressListener;

/** Told how far text has become tokens, and when it has: a screen has room for one bar at a time. */
public interface TextProgress extends ProgressListener, AutoCloseable {
    @Override
    void close();
}
