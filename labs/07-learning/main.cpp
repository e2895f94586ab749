// Lab 07 as a program: the gradient check, six losses, learning rates, and what softmax regression looks for.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "data/load.hpp"
#include "gradient_table.hpp"
#include "nn/loan.hpp"
#include "pictures.hpp"
#include "program/album.hpp"
#include "program/program.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab07 {
namespace {

namespace fs = std::filesystem;

struct Options {
    fs::path output = "runs/07-learning", own_operators;
    std::vector<std::string> passed;
    std::string data = "fashion-mnist";
    std::vector<float> rates{0.001f, 0.01f, 0.1f, 1, 10};
    double own_rate = 0.003, wrong_labels = 0.3;
    Index images = 0, hidden = 0;
    TrainingPlan plan;
};

// What is wrong with the data ends the program; a task that is missing or fails only leaves something out.
template <class F>
void show(std::string_view what, const F& f) {
    program::attempt(what, [&] {
        f();
        return true;
    });
}

void show_gradients(const std::vector<NamedLoss>& losses) {
    fmt::print("Gradients, as the losses claim them and by the definition\n");
    print_losses(losses);
    fmt::print("\nThe gradient of cross-entropy with a mistake in it: nothing was taken off at the label of image 1\n");
    show("table", [&] {
        Tensor claimed = losses.front().function(asked_scores(), asked_labels).gradient;
        require(claimed.shape() == asked_scores().shape(), "its gradient is {} (./lab check 7.2)", claimed.shape());
        claimed(1, asked_labels[1]) += 1.0f / 3;
        print_entries(losses.front(), claimed, terminal::standard_output());
    });
}

void show_shapes(const std::vector<NamedLoss>& losses, const Options& options) {
    const plot::Figure figure = shapes_figure(losses);
    if (figure.panels[0].series.empty()) return;
    program::write(options.output, "losses.png", figure);
}

// The model at every rate, and at one that falls, which is looked at.
void show_rates(const Images& training, const Images& test, const data::Dataset& dataset, const Options& options) {
    terminal::StatusLine line(terminal::standard_output());
    std::vector<RateCurve> curves;
    fmt::print("  {}loss at the end   test accuracy\n", terminal::pad_right("", 24));
    const auto train = [&](float rate, bool falls) {
        TrainingPlan plan = options.plan;
        plan.sgd.rate = rate;
        plan.falls = falls;
        const std::string name = fmt::format("rate {:g}{}", rate, falls ? ", falling" : "");
        curves.push_back({name, train_regression(training, test, dataset.classes(), plan, line)});
        const Curve& curve = curves.back().curve;
        fmt::print("  {}{:<18.4g}{:.2f} %\n", terminal::pad_right(name, 24), curve.losses.back(),
                   100 * curve.accuracies.back());
    };
    for (const float rate : options.rates) train(rate, false);
    train(options.plan.sgd.rate, true);
    program::write(options.output, "rates.png", rates_figure(curves));
    program::write(options.output, "templates.png",
                   templates(curves.back().curve.model.w, dataset.shape, dataset.class_names));
}

void show_losses(const std::vector<NamedLoss>& losses, const Images& training, const Images& test, Index classes,
                 const Options& options) {
    const auto source = [&](const Images& images, Labels labels, bool shuffle) {
        return nn::from_memory(
            images.x, std::move(labels),
            {.batch_size = shuffle ? options.plan.batch : 500, .shuffle = shuffle, .seed = options.plan.seed});
    };
    const nn::Source unseen = source(test, test.labels, false), clean = source(training, training.labels, true),
                     wrong = source(training, spoiled(training.labels, options.wrong_labels, classes, 1), true);
    const Index pixels = training.x.size(1);
    std::vector<LossCurve> curves;
    fmt::print("  loss                   rate      test accuracy   with {:.0f} % of the labels wrong\n",
               100 * options.wrong_labels);
    for (const NamedLoss& loss : losses)
        show(loss.name, [&] {
            const auto train = [&](const nn::Source& batches) {
                return train_with(loss, batches, unseen, pixels, classes, options.hidden, options.plan);
            };
            LossCurve curve{loss.name, train(clean), train(wrong)};
            fmt::print("  {}{:<10g}{:6.2f} %        {:6.2f} %\n", terminal::pad_right(loss.name, 23), loss.rate,
                       curve.clean.back(), curve.spoiled.back());
            curves.push_back(std::move(curve));
        });
    if (!curves.empty()) program::write(options.output, "compared.png", compared_figure(curves, options.wrong_labels));
}

void install_own_operators(const Options& options) {
    if (options.own_operators.empty()) return;
    const auto loans = nn::install_own_operators(nn::operators(), options.own_operators,
                                                 {options.passed.begin(), options.passed.end()});
    for (const nn::Loan& loan : loans)
        if (loan.name.starts_with("dense") || loan.name == "sgd_step" ||
            (options.hidden > 0 && loan.name.starts_with("relu")))
            fmt::print("  {:<24}{:<9}  {}\n", loan.name, loan.own ? "yours" : "on loan", loan.reason);
}

int run(const Options& options) {
    const data::Dataset dataset = data::load_images(options.data, data::Split::train),
                        unseen = data::load_images(options.data, data::Split::test);
    program::make_folder(options.output);
    if (dataset.is_fallback) fmt::print("{}\n", dataset.source);
    const std::vector<NamedLoss> losses = named_losses(options.own_rate);
    show_gradients(losses);
    fmt::print("\nSix losses\n");
    show_shapes(losses, options);

    const Images training = in_rows(dataset, options.images), test = in_rows(unseen, options.images);
    fmt::print("\nYour softmax regression on {}: {} images, {}, batches of {}\n", dataset.name,
               terminal::thousands(training.x.size(0)), terminal::counted(options.plan.epochs, "epoch"),
               options.plan.batch);
    install_own_operators(options);
    show("rates.png, templates.png", [&] { show_rates(training, test, dataset, options); });
    fmt::print("\nYour losses in the library's trainer\n");
    show_losses(losses, training, test, dataset.classes(), options);
    return 0;
}

}  // namespace
}  // namespace cnn::lab07

int main(int argc, char** argv) {
    cnn::lab07::Options options;
    CLI::App app("Lab 07: the gradient check, six losses, learning rates, and what softmax regression looks for.");
    app.footer("Example: ./lab run 7 -- --rates 0.01,0.1,0.5 --momentum 0.9 --images 10000");
    app.add_option("--output", options.output, "folder for the pictures")->capture_default_str();
    app.add_option("--data", options.data, "fashion-mnist, mnist, digits, cifar-10, …")->capture_default_str();
    app.add_option("--images", options.images, "the first so many images only (0: all)")
        ->check(CLI::Range(0, 10'000'000))
        ->capture_default_str();
    app.add_option("--rates", options.rates, "learning rates to compare")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::Range(1e-9f, 1e4f))
        ->capture_default_str();
    app.add_option("--falling", options.plan.sgd.rate, "one more learning rate, which falls to 0 as half a cosine")
        ->check(CLI::Range(1e-9f, 1e4f))
        ->capture_default_str();
    app.add_option("--epochs", options.plan.epochs, "passes over the training images")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--batch", options.plan.batch, "images in a step")
        ->check(CLI::Range(1, 60000))
        ->capture_default_str();
    app.add_option("--momentum", options.plan.sgd.momentum, "how much of the velocity stays")
        ->check(CLI::Range(0.0, 0.999))
        ->capture_default_str();
    app.add_option("--weight-decay", options.plan.sgd.weight_decay, "how fast weights shrink by themselves")
        ->check(CLI::Range(0.0, 10.0))
        ->capture_default_str();
    app.add_option("--own-rate", options.own_rate, "learning rate for your own loss")
        ->check(CLI::Range(1e-9, 1e4))
        ->capture_default_str();
    app.add_option("--wrong-labels", options.wrong_labels, "share of training labels that are exchanged for others")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--hidden", options.hidden, "hidden units where losses are compared (0: softmax regression)")
        ->check(CLI::Range(0, 4096))
        ->capture_default_str();
    app.add_option("--seed", options.plan.seed, "of the order of the images")->capture_default_str();
    app.add_option("--own-operators", options.own_operators, "folder of your labs' libraries (./lab run 7 --mine)");
    app.add_option("--passed", options.passed, "tasks you have passed: 6.2,7.5")
        ->delimiter(',')
        ->allow_extra_args(false);
    return cnn::program::run(app, argc, argv, [&] { return cnn::lab07::run(options); });
}
