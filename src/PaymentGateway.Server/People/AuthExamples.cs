namespace PaymentGateway.People;

/// <summary>Requests and answers of the endpoints of people.</summary>
internal static class AuthExamples
{
    public const string Register =
        """
        { "email": "asha@example.com", "password": "correct horse battery", "name": "Asha Rao", "language": "en" }
        """;

    public const string Email = """{ "email": "asha@example.com" }""";

    public const string ConfirmationSent = """{ "status": "confirmation_sent" }""";

    public const string ResetSent = """{ "status": "reset_sent" }""";

    public const string Link = """{ "token": "link_0example0example0example0example0example000" }""";

    public const string Join = """{ "token": "join_0example0example0example0example0example000" }""";

    public const string Done = """{ "done": true }""";

    public const string Login = """{ "email": "asha@example.com", "password": "correct horse battery", "code": "492039" }""";

    public const string Refresh = """{ "refreshToken": "rt_0example0example0example0example0example0000" }""";

    public const string Tokens =
        """
        {
          "accessToken": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1c3JfMDFtN3k2In0.c2lnbmF0dXJl", "tokenType": "Bearer",
          "expiresIn": 600, "refreshToken": "rt_0example0example0example0example0example0000",
          "refreshExpiresAt": "2026-12-05T09:36:44.803Z", "sessionId": "ses_01m7y68xk3e9v8c0r5n7w2q4tb"
        }
        """;

    public const string Session =
        """
        {
          "id": "ses_01m7y68xk3e9v8c0r5n7w2q4tb", "current": true, "ipAddress": "203.0.113.7", "userAgent": "Mozilla/5.0",
          "secondFactor": true, "createdAt": "2026-11-21T09:36:44.803Z", "lastUsedAt": "2026-11-21T09:46:40.100Z",
          "expiresAt": "2026-12-05T09:46:40.100Z"
        }
        """;

    public const string Membership =
        """
        { "merchantId": "MERCH_FH_001", "roles": ["owner"], "joinedAt": "2026-11-21T09:40:00.000Z" }
        """;

    public const string Me =
        """
        {
          "id": "usr_01m7y68xk3e9v8c0r5n7w2q4tb", "email": "asha@example.com", "name": "Asha Rao", "language": "en",
          "roles": ["student"], "secondFactor": true, "secondFactorRequired": true, "recoveryCodesLeft": 10,
          "merchants": [{ "merchantId": "MERCH_FH_001", "roles": ["owner"], "joinedAt": "2026-11-21T09:40:00.000Z" }],
          "createdAt": "2026-11-21T09:36:44.803Z"
        }
        """;

    public const string UpdateMe = """{ "name": "Asha R. Rao", "language": "hi" }""";

    public const string Password = """{ "password": "correct horse battery" }""";

    public const string ChangePassword = """{ "password": "correct horse battery", "newPassword": "staple by the open window" }""";

    public const string ResetPassword =
        """
        { "token": "link_0example0example0example0example0example000", "newPassword": "staple by the open window" }
        """;

    public const string FactorOffer =
        """
        {
          "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
          "uri": "otpauth://totp/PaymentGateway:asha%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=PaymentGateway&algorithm=SHA1&digits=6&period=30",
          "qrSvg": "<svg></svg>", "qrPng": "iVBORw0KGgo="
        }
        """;

    public const string Code = """{ "code": "492039" }""";

    public const string DisableFactor = """{ "password": "correct horse battery", "code": "492039" }""";

    public const string RecoveryCodes = """{ "recoveryCodes": ["7k2mq-x9d4t", "b3c8w-0hj5n"] }""";

    public const string CsrfToken = """{ "csrfToken": "0example0example0example0exampl.9f86d081884c7d659a2feaa0c55ad015" }""";

    public const string Invite = """{ "email": "ravi@example.com", "roles": ["finance"] }""";

    public const string Invitation =
        """
        {
          "id": "inv_01m7y68xk3e9v8c0r5n7w2q4tb", "email": "ravi@example.com", "roles": ["finance"],
          "invitedBy": "user:usr_01m7y68xk3e9v8c0r5n7w2q4tb", "createdAt": "2026-11-21T09:36:44.803Z",
          "expiresAt": "2026-11-28T09:36:44.803Z"
        }
        """;

    public const string ChangeRoles = """{ "roles": ["finance", "support"] }""";

    public const string Member =
        """
        {
          "id": "usr_01m7y68xk3e9v8c0r5n7w2q4tb", "name": "Ravi Nair", "email": "ravi@example.com", "roles": ["finance", "support"],
          "secondFactor": true, "joinedAt": "2026-11-21T09:40:00.000Z"
        }
        """;
}
