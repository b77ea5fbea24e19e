using System.Text;
using PaymentGateway.Http;

namespace PaymentGateway.Mail;

/// <summary>Prints a letter as HTML and as text. Both say the same.</summary>
public static class LetterPrinter
{
    // Mail programs drop style sheets, so each element carries its own. Colours hold on white and on the grey of dark modes.
    private const string Body = "margin:0;padding:24px 12px;background:#f4f5f7;";
    private const string Sheet = "max-width:560px;margin:0 auto;padding:28px 32px;background:#ffffff;border-radius:8px;color:#1f2430;"
        + "font-family:'Segoe UI',Roboto,'Noto Sans','Noto Sans Devanagari',Arial,sans-serif;font-size:16px;line-height:1.5;";
    private const string Button = "display:inline-block;padding:12px 22px;background:#1d4ed8;color:#ffffff;border-radius:6px;"
        + "text-decoration:none;font-weight:600;";
    private const string Label = "padding:6px 16px 6px 0;color:#5b6270;text-align:left;font-weight:400;vertical-align:top;";
    private const string Value = "padding:6px 0;text-align:right;font-weight:600;";
    private const string Small = "margin:24px 0 0;font-size:13px;color:#5b6270;overflow-wrap:anywhere;";

    public static string Html(Letter letter, string language)
    {
        var frame = LetterFrame.Of(language);
        var button = letter.Button is { } b ? ButtonOf(b, frame) : default;
        var note = letter.Note is { } text ? Http.Html.Of($"<p style=\"{Small}\">{text}</p>") : default;
        return Http.Html.Of(
            $"""
            <!doctype html>
            <html lang="{language}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light">
            <title>{letter.Subject}</title>
            </head>
            <body style="{Body}">
            <div style="{Sheet}">
            {letter.Paragraphs.Select(paragraph => Http.Html.Of($"<p style=\"margin:0 0 16px;\">{paragraph}</p>"))}
            {FactsOf(letter.Facts)}
            {button}
            {note}
            <p style="{Small}">{frame.Automatic}</p>
            </div>
            </body>
            </html>
            """).ToString();
    }

    public static string Text(Letter letter, string language)
    {
        var frame = LetterFrame.Of(language);
        var text = new StringBuilder();
        foreach (var paragraph in letter.Paragraphs)
        {
            text.Append(paragraph).Append("\n\n");
        }

        if (letter.Facts.Count > 0)
        {
            text.AppendJoin('\n', letter.Facts.Select(fact => $"{fact.Label}: {fact.Value}")).Append("\n\n");
        }

        if (letter.Button is { } button)
        {
            text.Append(button.Text).Append(":\n").Append(button.Link).Append("\n\n");
        }

        if (letter.Note is { } note)
        {
            text.Append(note).Append("\n\n");
        }

        return text.Append("-- \n").Append(frame.Automatic).Append('\n').ToString();
    }

    private static Html ButtonOf(LetterButton button, LetterFrame frame) => Http.Html.Of(
        $"""
        <p style="margin:24px 0;"><a href="{button.Link}" style="{Button}">{button.Text}</a></p>
        <p style="{Small}">{frame.ButtonFails}<br><a href="{button.Link}" style="color:#1d4ed8;">{button.Link}</a></p>
        """);

    private static Html FactsOf(IReadOnlyList<LetterFact> facts) => facts.Count == 0 ? default : Http.Html.Of(
        $"""
        <table role="presentation" style="width:100%;border-collapse:collapse;margin:0 0 16px;">
        {facts.Select(fact => Http.Html.Of($"<tr><th scope=\"row\" style=\"{Label}\">{fact.Label}</th><td style=\"{Value}\">{fact.Value}</td></tr>"))}
        </table>
        """);
}
