// Pictures drawn by the program gnuplot, from a script that stays beside them.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace cnn::plot {

// Why a picture was not drawn and how to draw it later, one line for the person at the terminal; nothing when it was.
// Drawing comes at the end of work that must not be lost, so it never throws for what the machine lacks (no gnuplot, no
// permission, a full disk). Say it and go on:
//     if (const Problem problem = draw(figure, folder / "curve.png")) fmt::print("{}\n", *problem);
using Problem = std::optional<std::string>;

// The text as a string in a gnuplot script: nothing in it is interpreted, whatever it holds. Line ends stay; other
// control characters and bytes that are not UTF-8 become "�".
std::string gnuplot_string(std::string_view text);
// The same for what stands at a tick of an axis, where gnuplot takes % for the beginning of a number's format.
std::string gnuplot_tick(std::string_view text);

// How wide it will be, in font sizes: a guess, from the mean width of DejaVu Sans.
double text_width(std::string_view text);

// Size and font of a picture, and the commands that draw it: between `set multiplot` and `unset multiplot`, once for
// PNG and once for SVG, whose terminals differ: `bold` is the font for titles, `dot` the factor of point sizes. `data`
// stands before (named data blocks).
struct Script {
    int width = 1600, height = 700;  // pixels
    int font_size = 24;              // pixels
    std::string data;
    std::string commands;
};

// The path without its extension when that is .png, .svg or .gp: drawing always makes all three.
std::filesystem::path without_extension(const std::filesystem::path& picture);

// The whole script that makes NAME.png and NAME.svg in the folder it stands in. It can be edited and run again:
// gnuplot NAME.gp
std::string whole_script(const Script& script, const std::string& name);

// Writes NAME.gp, then NAME.png and NAME.svg. A picture that exists is replaced only by a whole new one.
[[nodiscard]] Problem draw_script(const Script& script, const std::filesystem::path& picture);

}  // namespace cnn::plot
