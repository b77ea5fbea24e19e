using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>Where the pages on which students pay lead to.</summary>
/// <param name="TermsUrl">What a student accepts before paying.</param>
/// <param name="PrivacyUrl">What becomes of what is known about a student.</param>
/// <param name="SupportUrl">For whoever needs help: a page, or a mail address.</param>
internal sealed record CoursePageLinks(
    Tenant Tenant, string? TermsUrl, string? PrivacyUrl, string? SupportUrl, DateTimeOffset UpdatedAt, int Version)
{
    /// <summary>Of a merchant that has said nothing yet.</summary>
    public static CoursePageLinks None(Tenant tenant) => new(tenant, null, null, null, default, Version: 0);

    /// <summary>Nobody pays real money on a page that does not say on which terms.</summary>
    public bool AllowSelling => Tenant.Mode == Mode.Test || (TermsUrl is not null && PrivacyUrl is not null);
}

/// <param name="TermsUrl">An https address; students accept it before they pay. The pages sell in live mode only with it.</param>
/// <param name="PrivacyUrl">An https address; as termsUrl.</param>
/// <param name="SupportUrl">An https or mailto address, shown where something went wrong.</param>
internal sealed record CoursePageLinksBody(string? TermsUrl, string? PrivacyUrl, string? SupportUrl)
{
    private const int LengthMax = 500;

    /// <returns>What is written, or a refusal that names every faulty field.</returns>
    public Outcome<CoursePageLinks> Read(CoursePageLinks? before, Tenant tenant, DateTimeOffset now)
    {
        var faults = new FieldFaults();
        faults.AddUnless(IsAddress(TermsUrl, Uri.UriSchemeHttps), "termsUrl", $"must be an https address of at most {LengthMax} characters");
        faults.AddUnless(IsAddress(PrivacyUrl, Uri.UriSchemeHttps), "privacyUrl", $"must be an https address of at most {LengthMax} characters");
        faults.AddUnless(
            IsAddress(SupportUrl, Uri.UriSchemeHttps, Uri.UriSchemeMailto), "supportUrl",
            $"must be an https or mailto address of at most {LengthMax} characters");
        return faults.Refusal is { } refusal
            ? refusal
            : new CoursePageLinks(tenant, TermsUrl, PrivacyUrl, SupportUrl, now, (before?.Version ?? 0) + 1);
    }

    /// <summary>Escaping makes an address harmless as text; only its scheme makes it harmless as a link.</summary>
    private static bool IsAddress(string? text, params ReadOnlySpan<string> schemes) =>
        text is null || (text.Length <= LengthMax && !text.Any(char.IsControl) && Uri.TryCreate(text, UriKind.Absolute, out var url)
            && schemes.Contains(url.Scheme) && text.StartsWith(url.Scheme, StringComparison.Ordinal)
            && (url.Scheme == Uri.UriSchemeMailto || url.UserInfo.Length == 0));
}

/// <summary>As it is sent.</summary>
/// <param name="CoursesUrl">Where students find the courses.</param>
internal sealed record CoursePageLinksView(string? TermsUrl, string? PrivacyUrl, string? SupportUrl, string? CoursesUrl)
{
    public static CoursePageLinksView Of(CoursePageLinks links, string? coursesUrl = null) =>
        new(links.TermsUrl, links.PrivacyUrl, links.SupportUrl, coursesUrl);
}
