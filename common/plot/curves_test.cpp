#include "plot/curves.hpp"

#include <boost/test/unit_test.hpp>

#include "image/files.hpp"
#include "plot/test_environment.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"
#include "terminal/text.hpp"

using namespace cnn;
using namespace cnn::plot;

namespace {

const std::string header = "epoch,train loss,train accuracy (0 to 1),test loss,test accuracy (0 to 1),time (s)\n";
const std::string run_log = header + "1,0.9,0.7,0.8,0.72,3.1\n2,0.5,0.82,0.55,0.81,3\n3,0.4,0.86,0.45,0.845,3\n";

TrainingLog parsed(const std::string& text, const std::string& name = "run") {
    return read_training_log(Csv::parse(text, "log.csv"), name);
}

void write_log(const std::filesystem::path& run, const std::string& text) {
    std::filesystem::create_directories(run);
    replace_file(run / "log.csv", text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(curves)

BOOST_AUTO_TEST_CASE(one_run_has_loss_and_accuracy_with_labels_at_the_lines) {
    const Figure figure = curves_figure({parsed(run_log)}, {.title = "LeNet", .logarithmic_loss = true});
    BOOST_TEST_REQUIRE(figure.panels.size() == 2U);
    const Panel &loss = figure.panels[0], &accuracy = figure.panels[1];
    BOOST_TEST(loss.title == "Loss");
    BOOST_TEST(loss.y.logarithmic);
    BOOST_TEST(!accuracy.y.logarithmic);
    BOOST_TEST_REQUIRE(loss.series.size() == 2U);
    BOOST_TEST(loss.series[0].light);
    BOOST_TEST(loss.series[0].end_label == "train 0.400");
    BOOST_TEST(loss.series[1].end_label == "test 0.450");
    BOOST_TEST(accuracy.series[1].end_label == "test 84.50 %");
    BOOST_TEST(accuracy.series[1].y[0] == 72, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(several_runs_are_named_in_the_legend) {
    const Figure figure = curves_figure({parsed(run_log, "first"), parsed(run_log, "second")});
    const std::string commands = figure_script(figure).commands;
    for (const char* name : {"'first'", "'second'", "'test'", "'train'"}) BOOST_TEST(holds(commands, name), name);
    BOOST_TEST(holds(commands, "'84.50 %'"));
}

BOOST_AUTO_TEST_CASE(several_runs_are_named_by_what_tells_them_apart) {
    const TemporaryFolder folder;
    const auto run = [&](const std::string& name, const std::string& options) {
        write_log(folder.path() / name, run_log);
        if (!options.empty()) replace_file(folder.path() / name / "options.ini", options);
        return folder.path() / name;
    };
    const auto names = [](const std::vector<std::filesystem::path>& runs) {
        std::vector<std::string> all;
        for (const TrainingLog& log : read_training_logs(runs)) all.push_back(log.name);
        return all;
    };
    using Names = std::vector<std::string>;
    const auto a = run("10-lenet/2026-12-01-1", "epochs=5\n"),
               b = run("10-lenet/2026-12-01-2", "epochs=5\nlearning-rate=0.1\nseed=2\n"),
               c = run("12-alexnet/2026-12-01-1", "epochs=5\nnet=\"2012\"\n"),
               d = run("10-lenet/2026-12-02-1", "epochs=5\n");
    BOOST_TEST((names({a, b}) == Names{"by default", "learning-rate 0.1, seed 2"}));
    BOOST_TEST((names({a, c}) == Names{"10-lenet", "12-alexnet, net 2012"}));
    BOOST_TEST((names({a, d}) == Names{"2026-12-01-1", "2026-12-02-1"}));
    BOOST_TEST((names({b}) == Names{"2026-12-01-2"}));
    BOOST_TEST(curves_figure(read_training_logs({a, b})).panels[0].title == "Loss");
    BOOST_TEST(curves_figure(read_training_logs({a, c})).panels[0].title == "Loss, of each network its own");
}

BOOST_AUTO_TEST_CASE(missing_columns_and_diverged_runs) {
    const Figure only_loss = curves_figure({parsed("train loss\n0.5\n0.4\n")});
    BOOST_TEST(only_loss.panels.size() == 1U);
    BOOST_TEST(only_loss.panels[0].series.size() == 1U);
    const Figure diverged = curves_figure({parsed(header + "1,0.9,0.7,0.8,0.72,3\n2,,0.1,,0.1,3\n")});
    BOOST_TEST(diverged.panels[0].series[0].end_label == "train diverged");
    BOOST_CHECK_THROW(curves_figure({}), ShapeError);
}

BOOST_AUTO_TEST_CASE(curves_become_pictures) {
    const TemporaryFolder folder;
    const std::filesystem::path a = folder.path() / "runs é/it's 1", b = folder.path() / "runs é/b_{2}";
    write_log(a, run_log);
    write_log(b, run_log + "4,0.3,0.9");  // interrupted while it was written
    const Problem problem = draw_curves({a, b / "log.csv"}, a / "curve.png", {.title = "Two runs"});
    BOOST_TEST(!problem.has_value(), problem.value_or(""));
    const Image image = read_image(a / "curve.png");
    BOOST_TEST(image.width == 1600);
    BOOST_TEST(image.height == 700);
    const std::string svg = read_file(a / "curve.svg");
    for (const char* text : {"Two runs", "it's 1", "b_{2}", "84.50 %", "epoch"}) BOOST_TEST(holds(svg, text), text);
    BOOST_TEST(!holds(read_file(a / "curve.gp"), "\n4 "));  // the cut row is not drawn
}

BOOST_AUTO_TEST_CASE(what_stops_a_picture_is_told_and_how_to_draw_it_later) {
    const TemporaryFolder folder;
    write_log(folder.path(), run_log);
    {
        const TestVariable path("PATH", folder.path().string());
        const std::string text = draw_curves({folder.path()}, folder.path() / "curve.png").value_or("");
        BOOST_TEST(holds(text, "gnuplot is not installed"));
        BOOST_TEST(holds(text, "./lab plot " + folder.path().string()));
    }
    BOOST_TEST(holds(draw_curves({folder.path() / "none"}, folder.path() / "curve.png").value_or(""), "none"));
    write_log(folder.path(), header + "1,abc,0.7,0.8,0.72,3\n");
    BOOST_TEST(holds(draw_curves({folder.path()}, folder.path() / "curve.png").value_or(""),
                     "log.csv:2: train loss is \"abc\", expected a number"));
    BOOST_TEST(!std::filesystem::exists(folder.path() / "curve.png"));
    BOOST_TEST(draw_curves({}, folder.path() / "curve.png").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
