// What the person at the terminal asked lab10 for.
#pragma once
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tensor/shape.hpp"

namespace cnn::lab10 {

struct Settings {
    std::string net = "modern", data = "fashion-mnist", loop = "house";
    int epochs = 0;  // 0: what suits the network, see complete()
    Index batch = 0, images = 0;
    double learning_rate = 0;
    std::uint32_t seed = 1;
    int threads = 0;  // 0: all
    bool sweep = false, describe = false, demo = false;
    std::filesystem::path output, resume, own_operators;
    std::vector<std::string> passed;

    bool is_1998() const { return net == "1998"; }
};

// Puts in what was left open. The values were found by trying (README.md, "What you should see").
inline void complete(Settings& settings) {
    if (settings.sweep) {  // many short trainings: about a minute in all
        if (settings.epochs == 0) settings.epochs = 5;
        if (settings.batch == 0) settings.batch = 32;
        if (settings.images == 0) settings.images = 5000;
    }
    if (settings.epochs == 0) settings.epochs = settings.is_1998() ? 8 : 10;
    if (settings.batch == 0) settings.batch = settings.is_1998() ? 32 : 64;
    if (settings.learning_rate == 0) settings.learning_rate = settings.is_1998() ? 0.002 : 0.05;
}

// What a resumed run must know, as the options file that CLI11 reads.
inline std::string options_text(const Settings& settings) {
    std::string text = fmt::format(
        "net=\"{}\"\ndata=\"{}\"\nepochs={}\nbatch={}\nlearning-rate={}\nseed={}\nloop=\"{}\"\n", settings.net,
        settings.data, settings.epochs, settings.batch, settings.learning_rate, settings.seed, settings.loop);
    if (settings.images > 0) text += fmt::format("images={}\n", settings.images);
    return text;
}

inline void add_options(CLI::App& app, Settings& settings) {
    app.add_option("--net", settings.net, "modern (61,706 parameters) or 1998 (60,000)")
        ->check(CLI::IsMember({"modern", "1998"}))
        ->capture_default_str();
    app.add_option("--data", settings.data, "fashion-mnist, mnist, digits (drawn), or a folder with the files of MNIST")
        ->capture_default_str();
    app.add_option("--epochs", settings.epochs, "passes over the training images (10; 1998: 8; sweep: 5)")
        ->check(CLI::Range(1, 10000));
    app.add_option("--batch", settings.batch, "images a step (64; 1998 and sweep: 32)")->check(CLI::Range(1, 60000));
    app.add_option("--learning-rate", settings.learning_rate, "at the start; it falls as a cosine (0.05; 1998: 0.002)")
        ->check(CLI::Range(1e-9, 1e3));
    app.add_option("--images", settings.images, "train on the first so many images only (all; sweep: 5000)")
        ->check(CLI::Range(1, 10'000'000));
    app.add_option("--seed", settings.seed, "of the first weights and the order of the images")->capture_default_str();
    app.add_option("--loop", settings.loop,
                   "house: the library's trainer; own: your loop of task 10.6 (no checkpoints)")
        ->check(CLI::IsMember({"house", "own"}))
        ->capture_default_str();
    // What the machine or the moment decides is not part of a run that can be resumed.
    app.add_option("--threads", settings.threads, "how many threads compute (all)")
        ->check(CLI::Range(1, 1024))
        ->configurable(false);
    app.add_option("--output", settings.output, "folder for pictures, log and weights (new: runs/10-lenet/DATE-N)")
        ->configurable(false);
    app.add_option("--resume", settings.resume, "go on with the run in this folder, with its options")
        ->check(CLI::ExistingDirectory)
        ->configurable(false);
    app.add_flag("--sweep", settings.sweep, "task 10.7: train many variants for a short time, draw one figure")
        ->configurable(false);
    app.add_flag("--describe", settings.describe, "print the table of layers and end")->configurable(false);
    app.add_flag("--demo", settings.demo, "what ./lab demo shows: all images, as everything else is by default")
        ->configurable(false);
    app.add_option("--own-operators", settings.own_operators, "folder of your labs' libraries (./lab run 10 --mine)")
        ->configurable(false);
    app.add_option("--passed", settings.passed, "tasks you have passed: 4.4,5.2")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->configurable(false);
}

}  // namespace cnn::lab10
