// Headers in other languages than English, by field. fields.ts matches them like its own aliases. They are written as
// foldLetters writes them: lower case, no accents on Latin letters, one spelling of Arabic alef.
import type { FieldName } from './lead.ts';

export type Language = 'hi' | 'ar' | 'de' | 'fr' | 'es' | 'pt';

/** Separated by commas. */
export const FOREIGN_HEADERS: Readonly<
  Partial<Record<FieldName, Readonly<Partial<Record<Language, string>>>>>
> = {
  phone: {
    hi: `मोबाइल, मोबाईल, मोबाइल नंबर, मोबाईल नंबर, मोबाइल नम्बर, मोबाइल न, फोन, फ़ोन, फोन नंबर, फ़ोन नंबर, फोन नम्बर,
      दूरभाष, दूरभाष नंबर, संपर्क नंबर, सम्पर्क नंबर, संपर्क सूत्र, व्हाट्सएप, व्हाट्सएप नंबर, व्हाट्सऐप नंबर, व्हाट्सप्प नंबर, आपका मोबाइल नंबर, आपका फोन नंबर`,
    ar: `الهاتف, هاتف, رقم الهاتف, رقم هاتف, الهاتف المحمول, رقم الهاتف المحمول, الهاتف الجوال, رقم الهاتف الجوال,
      الجوال, جوال, رقم الجوال, رقم جوال, المحمول, محمول, رقم المحمول, الموبايل, موبايل, رقم الموبايل, موبايل رقم, النقال, رقم النقال,
      الهاتف النقال, رقم الهاتف النقال, تلفون, التلفون, رقم التلفون, تليفون, التليفون, رقم التليفون, واتساب, الواتساب, رقم الواتساب, واتس اب,
      رقم الواتس اب, رقم واتساب, رقم التواصل, رقم الاتصال, هاتف العميل, رقم العميل, جوال العميل, رقم هاتفك, رقم جوالك`,
    de: `telefon, telefonnummer, telefonnr, telefon nr, tel nr, rufnummer, handy, handynummer, handy nr, handynr, mobil,
      mobilnummer, mobiltelefon, mobilfunk, mobilfunknummer, mobilrufnummer, mobile nummer, kontaktnummer,
      whatsapp nummer, ihre telefonnummer, ihre handynummer`,
    fr: `telephone, numero de telephone, n de telephone, no de telephone, num de telephone, numero telephone, tel portable,
      telephone portable, telephone mobile, portable, mobile, numero de portable, numero portable, numero de mobile,
      numero mobile, numero whatsapp, votre telephone, votre numero de telephone`,
    es: `telefono, numero de telefono, num de telefono, n de telefono, no de telefono, telefono movil, telefono celular, movil,
      numero de movil, celular, numero de celular, numero celular, numero movil, numero de contacto,
      telefono de contacto, numero de whatsapp, tu telefono, su telefono`,
    pt: `telefone, numero de telefone, numero do telefone, n de telefone, no de telefone, telefone celular, celular, numero de celular,
      numero do celular, telemovel, numero de telemovel, numero do telemovel, telefone movel, telefone de contato,
      telefone para contato, numero de contato, numero do whatsapp, seu telefone, seu celular`,
  },
  altPhone: {
    hi: 'दूसरा मोबाइल नंबर, दूसरा नंबर, वैकल्पिक नंबर, वैकल्पिक मोबाइल नंबर, वैकल्पिक फोन नंबर, अन्य नंबर',
    ar: 'هاتف اخر, رقم اخر, رقم هاتف اخر, رقم بديل, جوال اخر, هاتف بديل, رقم الهاتف البديل, الهاتف الارضي, هاتف ارضي, رقم الهاتف الارضي',
    de: 'telefon 2, zweite telefonnummer, weitere telefonnummer, alternative telefonnummer, festnetz, festnetznummer, telefon festnetz',
    fr: 'telephone 2, autre telephone, deuxieme telephone, telephone secondaire, telephone fixe, fixe',
    es: 'telefono 2, otro telefono, segundo telefono, telefono alternativo, telefono secundario, telefono fijo, fijo',
    pt: 'telefone 2, outro telefone, segundo telefone, telefone alternativo, telefone secundario, telefone fixo, fixo',
  },
  name: {
    hi: 'नाम, नाव, पूर्ण नाव, पूरा नाम, आपका नाम, ग्राहक का नाम, ग्राहक नाम, व्यक्ति का नाम',
    ar: 'الاسم, اسم, الاسم الكامل, الاسم بالكامل, الاسم, اسم العميل, اسمك, الاسم الثلاثي, اسم الزبون',
    de: 'vollstandiger name, ihr name, vor und nachname, vorname und nachname, vor und zuname, kundenname, kunde, interessent, ansprechpartner',
    fr: 'nom complet, nom et prenom, nom prenom, prenom et nom, votre nom, nom du client',
    es: 'nombre completo, nombre y apellido, nombre y apellidos, nombres y apellidos, tu nombre, su nombre, nombre del cliente',
    pt: 'nome completo, nome e sobrenome, seu nome, nome do cliente',
  },
  firstName: {
    hi: 'पहला नाम, प्रथम नाम',
    ar: 'الاسم الاول, الاسم الاول',
    de: 'vorname',
    fr: 'prenom, votre prenom',
    es: 'nombre, nombres, primer nombre',
    pt: 'nome, primeiro nome',
  },
  lastName: {
    hi: 'उपनाम, अंतिम नाम, कुलनाम',
    ar: 'اسم العايله, الاسم الاخير, الاسم الاخير, اللقب, الكنيه',
    de: 'nachname, familienname, zuname',
    fr: 'nom, nom de famille',
    es: 'apellido, apellidos, primer apellido, segundo apellido, apellido paterno, apellido materno',
    pt: 'sobrenome, apelido, ultimo nome',
  },
  email: {
    hi: 'ईमेल, ई मेल, ईमेल आईडी, ईमेल पता, इमेल, मेल आईडी, आपका ईमेल',
    ar: 'البريد الالكتروني, البريد الالكتروني, البريد, بريد الكتروني, بريد الكتروني, عنوان البريد الالكتروني, الايميل, الايميل, ايميل, ايميل, بريدك الالكتروني, بريد العميل',
    de: 'email adresse, mailadresse, mail adresse, emailadresse, ihre email, ihre email adresse',
    fr: 'courriel, adresse email, adresse mail, adresse e mail, adresse courriel, adresse de messagerie, adresse electronique, votre email',
    es: 'correo, correo electronico, correo electronico, direccion de correo, direccion de correo electronico, direccion de email, tu correo, su correo',
    pt: 'correio eletronico, endereco de email, endereco de e mail, seu email, seu e mail',
  },
  message: {
    hi: 'संदेश, टिप्पणी, टिप्पणियां, पूछताछ, आवश्यकता, आपका संदेश, सवाल',
    ar: 'الرساله, رساله, رسالتك, نص الرساله, ملاحظات, الملاحظات, ملاحظه, الاستفسار, استفسار, التعليق, تعليق, تعليقات, الطلب',
    de: 'nachricht, ihre nachricht, mitteilung, bemerkung, bemerkungen, anmerkung, anmerkungen, kommentar, kommentare, anfrage, notiz, notizen',
    fr: 'votre message, commentaire, commentaires, remarque, remarques, demande, votre demande, observations',
    es: 'mensaje, su mensaje, tu mensaje, comentario, comentarios, observaciones, consulta, notas',
    pt: 'mensagem, sua mensagem, comentario, comentarios, observacao, observacoes, duvida',
  },
  city: {
    hi: 'शहर, नगर, गाव, गांव, आपका शहर',
    ar: 'المدينه, مدينه, المدينه, مدينتك, مدينه العميل',
    de: 'stadt, ort, wohnort, ihr ort, ihre stadt, stadt ort',
    fr: 'ville, votre ville, commune, localite, ville de residence',
    es: 'ciudad, tu ciudad, su ciudad, poblacion, localidad, municipio, ciudad de residencia',
    pt: 'cidade, sua cidade, municipio, localidade',
  },
  country: {
    hi: 'देश',
    ar: 'البلد, الدوله, دوله',
    fr: 'pays',
    es: 'pais',
    pt: 'pais',
  },
  contactedAt: {
    hi: 'तारीख, दिनांक, तिथि, समय',
    ar: 'التاريخ, تاريخ, تاريخ التسجيل, تاريخ الطلب, تاريخ الارسال, تاريخ الارسال, تاريخ الانشاء, تاريخ الانشاء, تاريخ التواصل, الوقت والتاريخ, التاريخ والوقت',
    de: 'datum, eingangsdatum, anfragedatum, erstellt am, erstellungsdatum, eingegangen am, zeitstempel, gesendet am, datum der anfrage, anfrage vom, empfangen am, erfasst am, angelegt am, datum uhrzeit, datum und uhrzeit',
    fr: 'date de creation, date de contact, date de la demande, date de soumission, date d envoi, cree le, recu le, date de reception, date d inscription, date et heure, horodatage, horodateur',
    es: 'fecha, fecha de creacion, fecha de contacto, fecha de registro, fecha de envio, fecha y hora, marca temporal, creado el, fecha de alta, fecha de solicitud, fecha de consulta, fecha de recepcion, recibido el',
    pt: 'data, data de criacao, data de contato, data do contato, data de cadastro, data de registro, data de envio, data e hora, carimbo de data hora, criado em, data da solicitacao, data de entrada, recebido em, data hora',
  },
};
