//! Compiles the screens. Fonts and pictures are embedded: a kiosk has no files to lose.

use slint_build::{CompilerConfiguration, DefaultTranslationContext, EmbedResourcesKind};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let configuration = CompilerConfiguration::new()
        // The widgets are our own; the style only fills in what Slint's own elements ask a palette for.
        .with_style("fluent-light".into())
        // Tests find elements by name and label.
        .with_debug_info(true)
        .with_bundled_translations("lang")
        // One sentence, one translation, wherever it stands.
        .with_default_translation_context(DefaultTranslationContext::None)
        .embed_resources(EmbedResourcesKind::EmbedFiles);
    slint_build::compile_with_config("slint/main.slint", configuration)?;
    Ok(())
}
