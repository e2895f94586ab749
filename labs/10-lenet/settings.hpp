// What the person at the terminal asked lab10 for.
#pragma once
#include "program/training.hpp"

namespace cnn::lab10 {

struct Settings : program::TrainingSettings {
    Settings() : TrainingSettings{.epochs = 0, .batch = 0, .learning_rate = 0} {}

    std::string net = "modern", loop = "house";
    bool sweep = false, demo = false;

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

inline void add_options(CLI::App& app, Settings& settings) {
    program::add_training_options(app, settings);
    app.get_option("--epochs")->description("passes over the training images (10; 1998: 8; sweep: 5)");
    app.get_option("--batch")->description("images a step (64; 1998 and sweep: 32)");
    app.get_option("--learning-rate")->description("at the start; it then falls as a cosine (0.05; 1998: 0.002)");
    app.get_option("--images")->description("train on the first so many images only (all; sweep: 5000)");
    app.get_option("--data")->description(
        "fashion-mnist, cifar-10, mnist, digits (drawn), or a folder with the files of one of these");
    app.remove_option(app.get_option("--photo-side"));
    app.add_option("--net", settings.net, "modern (61,706 parameters) or 1998 (60,000)")
        ->check(CLI::IsMember({"modern", "1998"}))
        ->capture_default_str();
    app.add_option("--loop", settings.loop,
                   "house: the library's trainer; own: your loop of task 10.6 (no checkpoints)")
        ->check(CLI::IsMember({"house", "own"}))
        ->capture_default_str();
    app.add_flag("--sweep", settings.sweep, "task 10.7: train many variants for a short time, draw one figure")
        ->configurable(false);
    app.add_flag("--demo", settings.demo, "what ./lab demo shows: all images, as everything else is by default")
        ->configurable(false);
}

}  // namespace cnn::lab10
