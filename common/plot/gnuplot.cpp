#include "plot/gnuplot.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <system_error>

#include "plot/process.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"
#include "terminal/text.hpp"

namespace cnn::plot {
namespace {

namespace fs = std::filesystem;

constexpr double longest_seconds = 60;
constexpr std::array<std::string_view, 2> formats{".png", ".svg"};

// What stands at the end of a file that was written to its end.
std::string_view end_mark(std::string_view format) {
    using namespace std::string_view_literals;
    return format == ".png" ? "IEND\xae\x42\x60\x82"sv : "</svg>"sv;
}

bool is_whole(const fs::path& file, std::string_view format) {
    const std::string bytes = read_file(file);
    const std::size_t mark = bytes.rfind(end_mark(format));
    return mark != std::string::npos && bytes.size() - mark <= end_mark(format).size() + 2;
}

// Takes the unfinished pictures away, however drawing ends.
class Temporary {
public:
    explicit Temporary(fs::path folder) : folder_(std::move(folder)) {
        static std::atomic<unsigned> counter = 0;
        name_ = fmt::format(".part-{}-plot-{}", ::getpid(), counter++);
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    ~Temporary() {
        std::error_code ignored;
        for (const std::string_view format : formats) fs::remove(file(format), ignored);
    }
    const std::string& name() const { return name_; }
    fs::path file(std::string_view format) const { return folder_ / (name_ + std::string(format)); }

private:
    fs::path folder_;
    std::string name_;
};

// gnuplot repeats the line with a pointer below it; the sentence comes last.
std::string last_line(std::string_view output) {
    while (!output.empty() && (output.back() == '\n' || output.back() == ' ')) output.remove_suffix(1);
    const std::size_t before = output.rfind('\n');
    return std::string(before == std::string_view::npos ? output : output.substr(before + 1));
}

// What went wrong, or nothing.
Problem run_gnuplot(const fs::path& folder, const std::string& script_name, const Temporary& temporary) {
    const Finished run = run_process(
        {"gnuplot", "--default-settings", "-e", fmt::format("name='{}'", temporary.name()), "./" + script_name}, folder,
        longest_seconds);
    if (!run.started && run.output.empty()) return "gnuplot is not installed (apt-get install gnuplot-nox)";
    if (!run.started) return "gnuplot could not be started: " + run.output;
    if (run.timed_out) return fmt::format("gnuplot was stopped after {} s", longest_seconds);
    if (run.signal != 0) return fmt::format("gnuplot ended by signal {}", run.signal);
    if (run.exit_code != 0) return "gnuplot says: " + last_line(run.output);
    for (const std::string_view format : formats)
        if (!is_whole(temporary.file(format), format)) return "gnuplot left an unfinished file; is the disk full?";
    return std::nullopt;
}

fs::path with(const fs::path& name, std::string_view extension) { return fs::path(name) += extension; }

}  // namespace

fs::path without_extension(const fs::path& picture) {
    const fs::path extension = picture.extension();
    return extension == ".png" || extension == ".svg" || extension == ".gp" ? fs::path(picture).replace_extension()
                                                                            : picture;
}

std::string gnuplot_string(std::string_view text) {
    const std::string clean = terminal::valid_utf8(text);
    // Single quotes keep everything but themselves as it is. Braces would still end a block around the string, and line
    // ends cannot stand in it: these need double quotes, and octal numbers for all that means something there.
    if (clean.find_first_of("{}'\\`\n") == std::string::npos) return "'" + clean + "'";
    std::string escaped = "\"";
    for (const char c : clean) {
        if (c == '\n') {
            escaped += "\\n";
        } else if (std::string_view("{}'\"\\`@#$").find(c) != std::string_view::npos) {
            escaped += fmt::format("\\{:03o}", static_cast<unsigned>(c));
        } else {
            escaped += c;
        }
    }
    return escaped + "\"";
}

std::string gnuplot_tick(std::string_view text) {
    if (text.find('%') == std::string_view::npos) return gnuplot_string(text);
    // What gnuplot takes for a format, it cuts after 49 bytes, even in the middle of a letter.
    std::string shown = terminal::valid_utf8(text);
    for (int columns = 48; shown.size() > 48; --columns) shown = terminal::shorten(shown, columns);
    std::string doubled;
    for (const char c : shown) doubled += c == '%' ? std::string("%%") : std::string(1, c);
    return gnuplot_string(doubled);
}

double text_width(std::string_view text) { return 0.62 * terminal::display_width(text); }

std::string whole_script(const Script& script, const std::string& name) {
    const std::string look = fmt::format("noenhanced size {},{} font 'DejaVu Sans,{}' background '#ffffff'",
                                         script.width, script.height, script.font_size);
    return fmt::format(
        "# Draws a PNG and an SVG picture. Change what you like, then run gnuplot on this file.\n"
        "set encoding utf8\n"
        "if (!exists(\"name\")) name = {}\n"
        "{}\n"
        "do for [format in \"png svg\"] {{\n"
        "if (format eq \"png\") {{\n"
        "    set terminal pngcairo {} fontscale 0.75\n"
        "    bold = 'DejaVu Sans:Bold'; dot = 1.0\n"
        "}} else {{\n"
        "    set terminal svg {}\n"
        "    bold = 'DejaVu Sans'; dot = 0.4\n"
        "}}\n"
        "set output name.'.'.format\n"
        "set multiplot\n"
        "{}"
        "unset multiplot\n"
        "set output\n"
        "}}\n",
        gnuplot_string(name), script.data, look, look, script.commands);
}

Problem draw_script(const Script& script, const fs::path& picture) {
    const fs::path name = without_extension(picture);
    const auto failed = [&](std::string_view why, std::string_view later) {
        return fmt::format("{} could not be drawn: {}. {}", with(name, ".png").string(), why, later);
    };
    const fs::path script_name = with(name.filename(), ".gp");
    try {
        replace_file(with(name, ".gp"), whole_script(script, name.filename().string()));
    } catch (const Error& error) {
        return failed(error.what(), "Draw it into a folder you may write to");
    }
    const fs::path folder = name.has_parent_path() ? name.parent_path() : fs::path(".");
    const std::string later = fmt::format("Draw it later with: cd {} && gnuplot {}", shell_quoted(folder.string()),
                                          shell_quoted(script_name.string()));
    try {
        const Temporary temporary(folder);
        if (const Problem problem = run_gnuplot(folder, script_name.string(), temporary))
            return failed(*problem, later);
        for (const std::string_view format : formats) fs::rename(temporary.file(format), with(name, format));
    } catch (const std::exception& error) {
        return failed(error.what(), later);
    }
    return std::nullopt;
}

}  // namespace cnn::plot
