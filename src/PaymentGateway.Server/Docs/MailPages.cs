using System.Globalization;
using System.Text;
using PaymentGateway.Mail;

namespace PaymentGateway.Docs;

/// <summary>The page that lists every letter there is.</summary>
internal static class MailPages
{
    public static string Index(LetterTemplates letters)
    {
        var body = new StringBuilder("<h1>Mails</h1><p>Every mail that is sent, with made-up data. <a href=\"/docs/mail\">How mail is sent</a>.</p>")
            .Append("<table><thead><tr><th>Mail</th><th>Subject</th><th>Languages</th></tr></thead><tbody>");
        foreach (var template in letters.All)
        {
            var sample = template.Sample(LetterLanguages.Default);
            body.Append(CultureInfo.InvariantCulture, $"<tr><td><code>{template.Name}</code></td><td>{DocsPages.Text(sample.Subject)}</td><td>");
            foreach (var language in LetterLanguages.All)
            {
                var path = $"/docs/mails/{template.Name}/{language}";
                body.Append(CultureInfo.InvariantCulture, $"<a href=\"{path}\">{language}</a> (<a href=\"{path}?form=text\">text</a>) ");
            }

            body.Append("</td></tr>");
        }

        return DocsPages.Page("Mails", body.Append("</tbody></table>").ToString());
    }
}
