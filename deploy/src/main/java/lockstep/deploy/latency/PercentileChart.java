package lockstep.deploy.latency;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

import lockstep.common.UserError;
import lockstep.common.format.DurableFile;

/** Percentile curves as a picture. Needs no screen, but the fonts of the system. */
final class PercentileChart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 600;

    private PercentileChart() {}

    /**
     * @param curves none of them empty
     * @throws UserError when the file exists
     */
    static void writePng(Path target, String title, List<PercentileCurve> curves) {
        write(target, out -> BitmapEncoder.saveBitmap(chart(title, curves), out, BitmapFormat.PNG));
    }

    /**
     * @param curves none of them empty
     * @throws UserError when the file exists
     */
    static void writeSvg(Path target, String title, List<PercentileCurve> curves) {
        write(target, out -> VectorGraphicsEncoder.saveVectorGraphic(chart(title, curves), out, VectorGraphicsFormat.SVG));
    }

    private static XYChart chart(String title, List<PercentileCurve> curves) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle("percentile").yAxisTitle("ms")
            .theme(ChartTheme.Matlab).build();
        // the chart library labels its logarithmic axes by itself: so the axis is a plain one, of nines
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler()
            .setXAxisMax(Math.ceil(Math.max(1, curves.stream().map(curve -> curve.nines().getLast()).max(Double::compare).orElseThrow())));
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
        chart.getStyler().setxAxisTickLabelsFormattingFunction(PercentileCurve::label);
        for (PercentileCurve curve : curves) {
            chart.addSeries(curve.name(), curve.nines(), curve.millis()).setMarker(SeriesMarkers.NONE);
        }
        return chart;
    }

    private interface Picture {
        void draw(ByteArrayOutputStream out) throws IOException;
    }

    private static void write(Path target, Picture picture) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            picture.draw(out);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        } catch (LinkageError | InternalError e) {
            // Java's drawing is loaded when first used, and says by one of these that it misses something
            throw new UserError(
                target + ": this system can't draw (" + e + "), expected a Java with java.desktop, fontconfig and one font at least,"
                    + " as of: apt-get install fontconfig fonts-dejavu-core",
                e);
        }
        DurableFile.create(target, DurableFile.content(out.toByteArray()));
    }
}
