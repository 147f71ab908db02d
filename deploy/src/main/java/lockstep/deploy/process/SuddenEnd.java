package lockstep.deploy.process;

import java.util.Optional;

import lockstep.common.fault.FailPoints;

/** This JVM's end at a point that a test names in the environment, LOCKSTEP_FAIL=point:occurrence: as abrupt as a kill, no hook runs. */
public final class SuddenEnd {
    private static final String VARIABLE = "LOCKSTEP_FAIL";
    /** As of SIGKILL. */
    private static final int EXIT_CODE = 128 + 9;

    private SuddenEnd() {}

    public static FailPoints failPoints() {
        return FailPoints.of(Optional.ofNullable(System.getenv(VARIABLE)), () -> Runtime.getRuntime().halt(EXIT_CODE));
    }
}
