package lockstep.deploy.http;

/**
 * The body of POST /leave.
 *
 * @param node that is to leave
 * @param nonce that GET /nonce gave
 * @param proof by {@link LeaveProof}, in hex
 */
record LeaveRequest(String node, String nonce, String proof) {
    static final int MAX_BYTES = 4096;

    boolean isWhole() {
        return node != null && nonce != null && proof != null;
    }
}
