using System.Collections.Frozen;
using System.Reflection;

namespace PaymentGateway.Simulators.Engine;

/// <summary>The stand-in of a processor's library for browsers: files of its folder <c>Browser</c>, each at an address of its own.</summary>
/// <remarks>The card fields are a page of the simulator in a frame: who loads the library is of another origin and cannot read them.</remarks>
internal sealed class BrowserFiles
{
    /// <summary>What the pages of all processors import.</summary>
    private static readonly KeyValuePair<string, Reply> rules = new("/browser/card-rules.js", ReplyOf("engine", "card-rules.js"));

    private readonly FrozenDictionary<string, Reply> files;

    /// <param name="processor">Whose folder it is.</param>
    /// <param name="paths">The file at each path.</param>
    public BrowserFiles(string processor, IReadOnlyDictionary<string, string> paths) =>
        files = paths.Select(path => KeyValuePair.Create(path.Key, ReplyOf(processor, path.Value))).Append(rules).ToFrozenDictionary();

    public Reply? Find(Call call) => call.Method == HttpMethods.Get ? files.GetValueOrDefault(call.Path) : null;

    private static Reply ReplyOf(string folder, string file) => new(StatusCodes.Status200OK, Page: Read(folder, file)) { PageType = TypeOf(file) };

    private static string TypeOf(string file) =>
        (file.EndsWith(".js", StringComparison.Ordinal) ? "text/javascript" : "text/html") + "; charset=utf-8";

    private static string Read(string folder, string file)
    {
        var name = $"browser/{folder}/{file}";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
