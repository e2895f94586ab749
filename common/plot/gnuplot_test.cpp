#include "plot/gnuplot.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "image/files.hpp"
#include "plot/process.hpp"
#include "plot/test_environment.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::plot;

namespace {

const Script one_line{
    .width = 300, .height = 200, .data = "$d << EOD\n0 0\n1 1\nEOD\n", .commands = "plot $d with lines\n"};

std::size_t files_in(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

bool is_blank(const Image& image) {
    return std::all_of(image.pixels.begin(), image.pixels.end(), [&](auto value) { return value == image.pixels[0]; });
}

// A program that stands in gnuplot's place.
void fake_gnuplot(const std::filesystem::path& folder, const std::string& script) {
    replace_file(folder / "gnuplot", "#!/bin/sh\n" + script);
    chmod((folder / "gnuplot").c_str(), 0755);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gnuplot)

BOOST_AUTO_TEST_CASE(strings_are_quoted_as_gnuplot_reads_them) {
    BOOST_TEST(gnuplot_string("T-shirt/top") == "'T-shirt/top'");
    BOOST_TEST(gnuplot_string("a_b^2 # ü") == "'a_b^2 # ü'");
    BOOST_TEST(gnuplot_string("it's {x}") == "\"it\\047s \\173x\\175\"");
    BOOST_TEST(gnuplot_string("`rm`\n$x") == "\"\\140rm\\140\\n\\044x\"");
    BOOST_TEST(gnuplot_string("\xff\x01") == "'\ufffd\ufffd'");
    BOOST_TEST(gnuplot_tick("90 %") == "'90 %%'");
    BOOST_TEST(gnuplot_tick("% " + std::string(60, 'x')) == "'%% " + std::string(43, 'x') + "…'");
}

BOOST_AUTO_TEST_CASE(words_are_quoted_as_the_shell_reads_them) {
    BOOST_TEST(shell_quoted("runs/10-lenet/1") == "runs/10-lenet/1");
    BOOST_TEST(shell_quoted("my runs") == "'my runs'");
    BOOST_TEST(shell_quoted("it's") == "'it'\\''s'");
    BOOST_TEST(shell_quoted("") == "''");
}

BOOST_AUTO_TEST_CASE(draws_png_and_svg_and_leaves_the_script) {
    const TemporaryFolder folder;
    BOOST_TEST(!draw_script(one_line, folder.path() / "a.png").has_value());
    const Image image = read_image(folder.path() / "a.png");
    BOOST_TEST(image.width == 300);
    BOOST_TEST(image.height == 200);
    BOOST_TEST(!is_blank(image));
    BOOST_TEST(holds(read_file(folder.path() / "a.svg"), "</svg>"));
    BOOST_TEST(files_in(folder.path()) == 3U);

    // The script alone draws the same pictures again.
    std::filesystem::remove(folder.path() / "a.svg");
    std::filesystem::remove(folder.path() / "a.png");
    const Finished again = run_process({"gnuplot", "a.gp"}, folder.path(), 60);
    BOOST_TEST(again.exit_code == 0, again.output);
    BOOST_TEST((read_image(folder.path() / "a.png") == image));
    BOOST_TEST(std::filesystem::exists(folder.path() / "a.svg"));
}

BOOST_AUTO_TEST_CASE(names_with_spaces_quotes_and_braces) {
    const TemporaryFolder folder;
    for (const char* name : {"my runs/it's", "größe/畳", "{a}/`b`", "-e/-c", "$x/\"y\"", "100 %/a.b"}) {
        const std::filesystem::path picture = (folder.path() / name) += ".png";
        std::filesystem::create_directories(picture.parent_path());
        const Problem problem = draw_script(one_line, picture);
        BOOST_TEST(!problem.has_value(), problem.value_or(""));
        BOOST_TEST(std::filesystem::exists(picture), name);
    }
}

BOOST_AUTO_TEST_CASE(hostile_text_is_only_text) {
    const TemporaryFolder folder;
    Script script = one_line;
    const std::string hostile =
        "`touch hit` @d {/:Bold=40 _x^{2}} 'q' \"w\" \\n \\ # } ] < & > \xff\x02 system('touch hit')";
    script.commands = "set title " + gnuplot_string(hostile) + "\nset xtics (" + gnuplot_tick("%d%s%n {x} `y`") +
                      " 0.5, " + gnuplot_tick(hostile + " %") + " 0.7)\n" + script.commands;
    const Problem problem = draw_script(script, folder.path() / "a");
    BOOST_TEST(!problem.has_value(), problem.value_or(""));
    BOOST_TEST(!std::filesystem::exists(folder.path() / "hit"));
    const std::string svg = read_file(folder.path() / "a.svg");
    BOOST_TEST(holds(svg, "{/:Bold=40 _x^{2}}"));
    BOOST_TEST(holds(svg, "&lt; &amp;"));
    BOOST_TEST(holds(svg, "%d%s%n"));
}

BOOST_AUTO_TEST_CASE(a_machine_without_gnuplot_says_how_to_draw_later) {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder.path() / "my run");
    const TestVariable path("PATH", folder.path().string());
    const std::string text = draw_script(one_line, folder.path() / "my run" / "curve.png").value_or("");
    BOOST_TEST(
        text ==
        (folder.path() / "my run" / "curve.png").string() +
            " could not be drawn: gnuplot is not installed (apt-get install gnuplot-nox). Draw it later with: cd '" +
            (folder.path() / "my run").string() + "' && gnuplot curve.gp");
    BOOST_TEST(std::filesystem::exists(folder.path() / "my run" / "curve.gp"));
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_written_is_a_problem) {
    const TemporaryFolder folder;
    const std::string missing = draw_script(one_line, folder.path() / "none" / "a.png").value_or("");
    BOOST_TEST(holds(missing, "there is no folder"));
    replace_file(folder.path() / "file", "");
    BOOST_TEST(draw_script(one_line, folder.path() / "file" / "a.png").has_value());
    BOOST_TEST(draw_script(one_line, "/proc/a.png").has_value());  // root cannot write there either
}

BOOST_AUTO_TEST_CASE(an_old_picture_is_replaced_only_by_a_whole_new_one) {
    const TemporaryFolder folder, programs;
    BOOST_TEST(!draw_script(one_line, folder.path() / "a.png").has_value());
    const std::string old = read_file(folder.path() / "a.png");

    Script failing = one_line;
    failing.commands = "plot nonsense(\n";
    const std::string text = draw_script(failing, folder.path() / "a.png").value_or("");
    BOOST_TEST(holds(text, "gnuplot says: "));
    BOOST_TEST(!holds(text, "\n"));
    BOOST_TEST((read_file(folder.path() / "a.png") == old));

    const TestVariable path("PATH", programs.path().string() + ":/usr/bin:/bin");
    const auto problem_with = [&](const std::string& program) {
        fake_gnuplot(programs.path(), program);
        const std::string problem = draw_script(one_line, folder.path() / "a.png").value_or("none");
        BOOST_TEST((read_file(folder.path() / "a.png") == old));
        BOOST_TEST(files_in(folder.path()) == 3U);  // nothing unfinished stays
        return problem;
    };
    BOOST_TEST(holds(problem_with("echo cut > $(echo \"$3\" | cut -d\\' -f2).png"), "gnuplot.svg") == false);
    BOOST_TEST(
        holds(problem_with("N=$(echo \"$3\" | cut -d\\' -f2); echo cut > $N.png; echo cut > $N.svg"), "unfinished"));
    BOOST_TEST(holds(problem_with("kill -9 $$"), "ended by signal 9"));
    BOOST_TEST(holds(problem_with("echo something; echo line 3: no such font >&2; exit 3"),
                     "gnuplot says: line 3: no such font"));
    BOOST_TEST(holds(problem_with("yes | head -c 1000000; exit 1"), "gnuplot says: y"));
}

BOOST_AUTO_TEST_CASE(a_program_that_never_ends_is_stopped) {
    const Finished finished = run_process({"sleep", "100"}, ".", 0.05);
    BOOST_TEST(finished.timed_out);
    BOOST_TEST(finished.signal == SIGKILL);
    BOOST_TEST(!run_process({"no-such-program-anywhere"}, ".", 1).started);
}

BOOST_AUTO_TEST_SUITE_END()
