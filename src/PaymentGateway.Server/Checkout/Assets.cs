using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.FileProviders;

namespace PaymentGateway.Checkout;

/// <summary>The page's own files, each with its fingerprint in the address, so that a new page never meets an old script.</summary>
public sealed class Assets(IWebHostEnvironment host)
{
    private readonly IFileProvider files = host.WebRootFileProvider;
    private readonly ConcurrentDictionary<string, string> others = new(StringComparer.Ordinal);

    public string Stylesheet { get; } = Versioned(host.WebRootFileProvider, "/checkout/css/checkout.css");

    public string Script { get; } = Versioned(host.WebRootFileProvider, "/checkout/js/checkout.js");

    public string MethodScript { get; } = Versioned(host.WebRootFileProvider, "/checkout/js/method.js");

    /// <summary>A file of another area's pages.</summary>
    public string Of(string path) => others.GetOrAdd(path, one => Versioned(files, one));

    /// <summary>The script that drives the library of a processor.</summary>
    public string CardAdapter(string name) => Of($"/checkout/js/cards/{name}.js");

    private static string Versioned(IFileProvider files, string path)
    {
        using var content = files.GetFileInfo(path).CreateReadStream();
        return $"{path}?v={Convert.ToHexStringLower(SHA256.HashData(content))[..12]}";
    }
}
