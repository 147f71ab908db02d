package lockstep.deploy.dashboard;

import java.util.ArrayList;
import java.util.List;

import lockstep.deploy.http.ClusterView;
import lockstep.deploy.http.HttpEndpoint;
import lockstep.deploy.http.Route;

/** The page of one run, from when it is made: empty until it is told where the run's files are. */
public final class Dashboard implements AutoCloseable {
    private final RunFeed feed = new RunFeed();
    private final HistoryView view = new HistoryView(feed);
    private final RunFollower follower = new RunFollower(feed, view::looked);

    public Dashboard() {
        follower.start();
    }

    /** From now on there is something to read. */
    public void follow(RunFiles files) {
        follower.follow(files);
    }

    /** The page, its parts, and the stream that it follows. */
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(WebPage.routes());
        routes.add(HttpEndpoint.events("/events", feed));
        return routes;
    }

    /** The run's status by its files, for a process that is no node of it. */
    public ClusterView view() {
        return view;
    }

    @Override
    public void close() {
        follower.close();
    }
}
