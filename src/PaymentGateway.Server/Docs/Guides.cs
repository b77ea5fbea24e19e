using System.Reflection;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace PaymentGateway.Docs;

/// <param name="Name">Its address below <c>/docs/</c>.</param>
/// <param name="Title">The first heading.</param>
internal sealed record Guide(string Name, string Title, string Html);

/// <summary>The Markdown files of <c>docs/</c>, as they were when the server was built.</summary>
internal sealed class Guides
{
    private const string Prefix = "docs/";
    private const string Suffix = ".md";

    private static readonly MarkdownPipeline markdown =
        new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers().DisableHtml().Build();

    private readonly Dictionary<string, Guide> byName;

    public Guides()
    {
        var assembly = typeof(Guides).Assembly;
        byName = assembly.GetManifestResourceNames()
            .Select(name => name.Replace('\\', '/'))
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(name => Read(assembly, name))
            .ToDictionary(guide => guide.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<Guide> All => [.. byName.Values.OrderBy(guide => guide.Name, StringComparer.Ordinal)];

    public Guide? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>An SVG file that stands among the guides; null when there is none.</summary>
    public static Stream? FindDrawing(string name) => typeof(Guides).Assembly.GetManifestResourceStream($"{Prefix}{name}.svg");

    private static Guide Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return Read(resource[Prefix.Length..^Suffix.Length], reader.ReadToEnd());
    }

    internal static Guide Read(string name, string text)
    {
        var document = Markdown.Parse(text, markdown);
        foreach (var link in document.Descendants<LinkInline>())
        {
            link.Url = Address(name, link.Url);
        }

        var heading = document.Descendants<HeadingBlock>().FirstOrDefault(block => block.Level == 1);
        var title = heading?.Inline is { } inline ? string.Concat(inline.Descendants<LiteralInline>().Select(part => part.Content)) : name;
        return new(name, title, document.ToHtml(markdown));
    }

    /// <summary><c>payments.md#expiry</c>, as it works in the repository, is <c>/docs/payments#expiry</c> here.</summary>
    private static string? Address(string from, string? link)
    {
        if (link is null || link.StartsWith('#') || link.StartsWith('/') || Uri.TryCreate(link, UriKind.Absolute, out _))
        {
            return link;
        }

        var resolved = new Uri(new Uri($"http://docs/docs/{from}"), link);
        var path = resolved.AbsolutePath;
        return (path.EndsWith(Suffix, StringComparison.Ordinal) ? path[..^Suffix.Length] : path) + resolved.Fragment;
    }
}
