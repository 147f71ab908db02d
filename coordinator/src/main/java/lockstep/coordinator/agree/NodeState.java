package lockstep.coordinator.agree;

import lockstep.coordinator.member.Members;

/**
 * What this node keeps between the thread of the training loop, which acts, and the handlers of requests, which note what came. All parts share one {@link Guard}.
 *
 * @param standing what it has promised, and the generation that it is in
 * @param whereabouts how far its copy of the state is
 * @param joiners who asked for a place
 * @param mail what came of the step under way
 * @param ending whether the run is over, for all or for this node
 * @param times how long steps take, for people
 */
record NodeState(Standing standing, Whereabouts whereabouts, Joiners joiners, StepMail mail, Ending ending, StepTimes times) {
    /** @param identity of the run */
    static NodeState of(Members member, String identity) {
        Guard guard = new Guard();
        Whereabouts whereabouts = new Whereabouts(guard);
        Standing standing = new Standing(guard, member, whereabouts);
        return new NodeState(standing, whereabouts, new Joiners(guard, member, standing, identity), new StepMail(guard, standing),
            new Ending(guard, standing), new StepTimes(guard));
    }
}
