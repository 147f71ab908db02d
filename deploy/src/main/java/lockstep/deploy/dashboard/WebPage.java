package lockstep.deploy.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import lockstep.deploy.http.Assets;
import lockstep.deploy.http.Route;

/** The page and its parts, from the class path: our own, and the chart library from its WebJar. */
final class WebPage {
    private static final String OURS = "/lockstep/deploy/dashboard/";
    private static final String UPLOT = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final List<String> SCRIPTS =
        List.of("dashboard.js", "charts.js", "cluster.js", "format.js", "heatmap.js", "marks.js", "run.js", "theme.js", "tiles.js");

    private WebPage() {}

    static List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Assets.of("/", HTML, bytes(OURS + "index.html")));
        routes.add(Assets.of("/dashboard.css", CSS, bytes(OURS + "dashboard.css")));
        routes.add(Assets.of("/favicon.svg", "image/svg+xml", bytes(OURS + "favicon.svg")));
        for (String script : SCRIPTS) {
            routes.add(Assets.of("/" + script, SCRIPT, bytes(OURS + script)));
        }
        routes.add(Assets.of("/uPlot.esm.js", SCRIPT, bytes(uplot() + "uPlot.esm.js")));
        routes.add(Assets.of("/uPlot.min.css", CSS, bytes(uplot() + "uPlot.min.css")));
        return routes;
    }

    /** The version stands in its path, and only the build knows it. */
    private static String uplot() {
        Properties properties = new Properties();
        try (InputStream in = open(UPLOT)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "/META-INF/resources/webjars/uplot/" + properties.getProperty("version") + "/dist/";
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = open(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        InputStream in = WebPage.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException("the build lacks " + resource);
        }
        return in;
    }
}
